#include "verifier/report/paint.h"

namespace hubward {
namespace {

std::string_view sequence_of(Ink ink) {
  switch (ink) {
    case Ink::plain: return "";
    case Ink::bold: return "\x1b[1m";
    case Ink::faint: return "\x1b[2m";
    case Ink::good: return "\x1b[32m";
    case Ink::doubtful: return "\x1b[33m";
    case Ink::bad: return "\x1b[31m";
  }
  return "";
}

}  // namespace

std::string paint(Colour colour, Ink ink, std::string_view text) {
  std::string painted(text);
  if (colour == Colour::no || ink == Ink::plain || text.empty()) return painted;
  return std::string(sequence_of(ink)) + painted + "\x1b[0m";
}

Ink ink_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::complete: return Ink::good;
    case Verdict::incomplete: return Ink::doubtful;
    case Verdict::corrupt: return Ink::bad;
  }
  return Ink::bad;
}

Ink ink_of(FindingClass finding_class) {
  switch (finding_class) {
    case FindingClass::hostile:
    case FindingClass::corrupt: return Ink::bad;
    case FindingClass::incomplete:
    case FindingClass::warning: return Ink::doubtful;
    case FindingClass::note: return Ink::faint;
  }
  return Ink::plain;
}

}  // namespace hubward
