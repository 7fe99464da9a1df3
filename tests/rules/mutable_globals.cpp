#include "tests/rules/mutable_globals.h"

#include "tests/support/source_tree.h"

#include <cctype>
#include <regex>

namespace hubward::test {
namespace {

enum class Scope { names, type, code };  // of a namespace; of a class; of a function or initialiser

struct Statement {
  std::string text;
  int line = 0;
};

std::string one_spaced(const std::string& text) {
  std::string out;
  for (const char letter : text) {
    const bool space = letter == ' ' || letter == '\n' || letter == '\t';
    if (!space) {
      out += letter;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  static const std::regex kLabel("^((public|private|protected) ?: ?)+");
  return std::regex_replace(out, kLabel, "");
}

/// Preprocessor lines made blank, continued ones too.
std::string without_directives(const std::string& code) {
  std::string out;
  bool goes_on = false;
  for (const std::string& line : lines_of(code)) {
    const std::size_t first = line.find_first_not_of(" \t");
    const bool directive = goes_on || (first != std::string::npos && line[first] == '#');
    goes_on = directive && !line.empty() && line.back() == '\\';
    out += (directive ? "" : line) + "\n";
  }
  return out;
}

bool begins_with_word(const std::string& text, const std::string& word) {
  return text.compare(0, word.size(), word) == 0 &&
         (text.size() == word.size() ||
          (std::isalnum(static_cast<unsigned char>(text[word.size()])) == 0 &&
           text[word.size()] != '_'));
}

bool holds_word(const std::string& text, const std::string& word) {
  return std::regex_search(text, std::regex("\\b" + word + "\\b"));
}

/// What stands before the first '=' or '{' that begins an initialiser, template arguments left out.
std::string declarator(const std::string& text) {
  std::string out;
  int angles = 0;
  for (const char letter : text) {
    if (letter == '<') angles += 1;
    if (angles == 0 && (letter == '=' || letter == '{')) break;
    if (angles == 0) out += letter;
    if (letter == '>' && angles > 0) angles -= 1;
  }
  return out;
}

bool is_no_variable(const std::string& text) {
  for (const char* word :
       {"using", "typedef", "template", "static_assert", "namespace", "friend", "return", "asm"}) {
    if (begins_with_word(text, word)) return true;
  }
  return holds_word(declarator(text), "operator");
}

bool is_function(const std::string& declared) {
  const std::size_t open = declared.find('(');
  return open != std::string::npos && declared.compare(open, 2, "(*") != 0;
}

/// Whether the thing itself cannot change: a pointer to const is not const.
bool is_constant(const std::string& declared) {
  if (holds_word(declared, "constexpr")) return true;
  const std::size_t star = declared.rfind('*');
  return holds_word(star == std::string::npos ? declared : declared.substr(star), "const");
}

bool keeps_state(const std::string& text, Scope scope) {
  if (text.empty() || is_no_variable(text)) return false;
  const std::string declared = declarator(text);
  const bool stays = holds_word(declared, "static") || holds_word(declared, "thread_local");
  if (scope != Scope::names && !stays) return false;
  const bool named_type =
      std::regex_search(declared, std::regex(R"(^(class|struct|enum|union)\b)"));
  if (named_type && declared.find_first_of("=;") == std::string::npos &&
      text.find('}') == std::string::npos) {
    return false;  // only announced
  }
  if (named_type && text.back() == '}') return false;  // defined, and no variable behind it
  if (is_function(declared)) {
    // `static Table made(…);` in a function makes a variable, in a class it declares a function.
    return scope == Scope::code && stays && !is_constant(declared);
  }
  if (declared.find(' ') == std::string::npos) return false;  // a macro, a label
  return !is_constant(declared);
}

Scope scope_behind(const std::string& head, Scope around) {
  if (around == Scope::code) return Scope::code;
  if (begins_with_word(head, "namespace") || begins_with_word(head, "inline namespace") ||
      head == "extern") {  // "C", a literal, is blank by now
    return Scope::names;
  }
  static const std::regex kType(R"(^(template\b.*>\s*)?(class|struct|union)\b[^()=]*$)");
  return std::regex_search(head, kType) ? Scope::type : Scope::code;
}

class Reader {
 public:
  std::vector<MutableGlobal> read(const std::string& code) {
    for (const char letter : code) {
      take(letter);
      if (letter == '\n') line_ += 1;
    }
    return found_;
  }

 private:
  struct Level {
    Scope scope;
    Statement head;  // what stood before the brace
  };

  Scope scope() const { return levels_.empty() ? Scope::names : levels_.back().scope; }

  void take(char letter) {
    switch (letter) {
      case '{':
        levels_.push_back(
            {parentheses_ > 0 ? Scope::code : scope_behind(one_spaced(now_.text), scope()), now_});
        now_ = {};
        break;
      case '}': close(); break;
      case ';':
        if (parentheses_ > 0 && scope() == Scope::code) break;
        end_statement();
        break;
      default:
        parentheses_ += letter == '(' ? 1 : letter == ')' ? -1 : 0;
        if (now_.text.empty() && (letter == ' ' || letter == '\n')) break;
        if (now_.text.empty()) now_.line = line_;
        now_.text += letter;
    }
  }

  // A namespace or the body of a function ends a statement; an initialiser and a class do not.
  void close() {
    if (levels_.empty()) return;
    const Level level = levels_.back();
    levels_.pop_back();
    now_ = {};
    const std::string head = one_spaced(level.head.text);
    const bool initialises = level.scope == Scope::code && !is_function(declarator(head));
    if (level.scope == Scope::type || initialises) {
      now_ = level.head;
      now_.text += "{}";
    }
  }

  void end_statement() {
    const std::string text = one_spaced(now_.text);
    if (keeps_state(text, scope())) found_.push_back({now_.line, text});
    now_ = {};
  }

  std::vector<Level> levels_;
  std::vector<MutableGlobal> found_;
  Statement now_;
  int line_ = 1;
  int parentheses_ = 0;
};

}  // namespace

std::vector<MutableGlobal> mutable_globals(const std::string& source) {
  return Reader().read(without_directives(code_only(source)));
}

}  // namespace hubward::test
