#include "runner/mend/beneath.h"
#include "runner/mend/journal.h"
#include "tests/fuzz/door.h"
#include "tests/fuzz/promise.h"

namespace hubward::fuzz {

void open_journal(std::string_view bytes) {
  const auto journal = parse_journal(bytes, "journal.jsonl");
  if (!journal) {
    promise(journal.error().kind == ErrorKind::bad_input, "what is no journal is bad input");
    return;
  }
  for (const JournalRecord& record : journal->records) {
    promise(stays_beneath(record.path), "a path stays in the cache: " + record.path);
    promise(record.has_original() == !record.at.empty(), "an original lies somewhere");
    promise(record.at.empty() || stays_beneath(record.at), "it lies in the session: " + record.at);
    promise(record.at != kJournalName, "the journal is nobody's original");
    promise(record.deed != JournalDeed::name || stays_beneath(record.of), "a name is of the cache");
    promise((record.was | record.now) <= 0777, "no bits but permissions");
    const auto again =
        parse_journal(journal_header("/c", "t") + journal_line(record), "journal.jsonl");
    promise(again && again->records.size() == 1, "what was read can be written");
    promise(again->records.front().path == record.path && again->records.front().at == record.at,
            "and is read the same");
  }
}

}  // namespace hubward::fuzz
