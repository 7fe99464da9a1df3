// Any text as XML 1.0. An escape can say "<", but nothing can say a control character or U+FFFE:
// XML 1.0 has no place for them at all (production Char), so they are spelled as show() spells
// them.
#pragma once

#include <string>
#include <string_view>

namespace hubward {

/// Between tags; new lines stay.
std::string xml_text(std::string_view bytes);
/// Between the quotes of an attribute, where a parser would make a space of a new line.
std::string xml_attribute(std::string_view bytes);

}  // namespace hubward
