// What xmllint says of a text: whether it is XML at all, and whether it is what a schema wants.
#pragma once

#include <string>

namespace hubward::test {

/// Empty: valid. @param schema  its file, relative to the source tree
std::string xml_violation(const std::string& schema, const std::string& xml);

/// What an XPath expression gives, as text. Throws std::runtime_error for what is no XML.
std::string xpath(const std::string& xml, const std::string& expression);

}  // namespace hubward::test
