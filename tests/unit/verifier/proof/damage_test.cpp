// Each kind of damage, its near misses, and the order between kinds.
#include "verifier/proof/damage.h"

#include "tests/support/contents.h"
#include "tests/support/memory_file.h"
#include "verifier/proof/hasher.h"
#include "verifier/proof/transformed.h"
#include "verifier/proof/wrong_size.h"
#include "verifier/proof/zero_run.h"

#include <brotli/encode.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <string>

namespace hubward {
namespace {

using test::MemoryFile;
using test::noise;
using ::testing::HasSubstr;

constexpr auto kBothAlgorithms = {DigestAlgorithm::git_sha1, DigestAlgorithm::sha256};

DamageAnswer classify(const std::string& content, const Digest& name,
                      std::optional<std::uint64_t> listed = std::nullopt) {
  const auto answer = classify_damage(MemoryFile(content), {.name = name, .listed_size = listed});
  EXPECT_TRUE(answer);
  return answer.value_or(DamageAnswer{});
}

/// Of bytes that nothing here is derived from.
Digest foreign_name(DigestAlgorithm algorithm = DigestAlgorithm::sha256) {
  return digest_of(algorithm, "something else entirely");
}

enum class Container { gzip, zlib };

std::string deflated(const std::string& text, Container container) {
  z_stream stream{};
  const int window = container == Container::gzip ? 15 + 16 : 15;
  EXPECT_EQ(deflateInit2(&stream, 1, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  std::string in = text;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string brotlied(const std::string& text) {
  std::string out(BrotliEncoderMaxCompressedSize(text.size()), '\0');
  std::size_t size = out.size();
  EXPECT_EQ(BrotliEncoderCompress(1, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_GENERIC, text.size(),
                                  reinterpret_cast<const std::uint8_t*>(text.data()), &size,
                                  reinterpret_cast<std::uint8_t*>(out.data())),
            BROTLI_TRUE);
  out.resize(size);
  return out;
}

TEST(ClassifyDamage, NoByteIsEmpty) {
  EXPECT_EQ(classify("", foreign_name()).damage, Damage::empty);
  EXPECT_EQ(classify("x", foreign_name()).damage, Damage::other);
}

TEST(ClassifyDamage, PointerTextIsAnLfsPointerUpTo1023Bytes) {
  const std::string pointer = lfs_pointer_text(foreign_name(), 5);
  EXPECT_EQ(classify(pointer, foreign_name()).damage, Damage::lfs_pointer);
  EXPECT_EQ(error_page_kind(pointer, 1023), Damage::lfs_pointer);
  EXPECT_EQ(error_page_kind(pointer, 1024), std::nullopt);
  EXPECT_EQ(error_page_kind("version https://git-lfs.github.com/spec/v1", 42), Damage::lfs_pointer);
  EXPECT_EQ(error_page_kind("version https://git-lfs.github.com/spec/v12\n", 44), std::nullopt);
  EXPECT_EQ(error_page_kind(" version https://git-lfs.github.com/spec/v1\n", 44), std::nullopt);
}

TEST(ClassifyDamage, HtmlIsToldBehindABomAndWhiteSpaceInAnyCase) {
  for (const std::string text : {"<!DOCTYPE html><html>", "<!doctype HTML>", "<HTML lang=en>",
                                 "<html>", "<html", "\xEF\xBB\xBF\r\n\t <html>"}) {
    EXPECT_EQ(classify(text, foreign_name()).damage, Damage::html) << text;
  }
  for (const std::string text : {"<htmlx>", "x<html>", "<!doctype svg>", "html"}) {
    EXPECT_NE(classify(text, foreign_name()).damage, Damage::html) << text;
  }
}

TEST(ClassifyDamage, XmlIsADeclarationOrAnErrorElement) {
  EXPECT_EQ(
      classify("<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>", foreign_name())
          .damage,
      Damage::xml);
  EXPECT_EQ(classify("\n<Error><Code>NoSuchKey</Code></Error>", foreign_name()).damage,
            Damage::xml);
  EXPECT_EQ(classify("<Errors>", foreign_name()).damage, Damage::other);
}

TEST(ClassifyDamage, AJsonErrorHoldsAnErrorAndNothingAModelWould) {
  for (const std::string text :
       {R"({"error":"Repository not found"})", R"( {"error": {"message": "x", "code": 3}} )",
        R"({"message":"no","statusCode":404})", R"({"error":"x","request_id":"1","status":429})"}) {
    EXPECT_EQ(classify(text, foreign_name()).damage, Damage::json_error) << text;
  }
  for (const std::string text :
       {R"({"error":"Error","cancel":"Cancel"})", R"({"message":"no"})", R"(["error"])",
        R"({"a":{"error":"x"}})", R"({"error":"x")", R"("error")", R"({})"}) {
    EXPECT_EQ(classify(text, foreign_name()).damage, Damage::other) << text;
  }
}

TEST(ClassifyDamage, AJsonErrorIsWholeAndAtMost64KiB) {
  std::string text = R"({"error":")";
  text += std::string(kMaxErrorBodyBytes - text.size() - 2, 'x') + R"("})";
  ASSERT_EQ(text.size(), kMaxErrorBodyBytes);
  EXPECT_EQ(classify(text, foreign_name()).damage, Damage::json_error);
  EXPECT_EQ(classify(text + " ", foreign_name()).damage, Damage::other);
  EXPECT_EQ(error_page_kind(R"({"error":"x"})", 14), std::nullopt) << "a byte was not shown";
}

TEST(ClassifyDamage, TheDetailQuotesAPageSafely) {
  const DamageAnswer answer =
      classify("<html>\x1b[31m" + std::string(200, 'x') + "\n<body>", foreign_name());
  ASSERT_TRUE(answer.detail);
  EXPECT_THAT(*answer.detail, HasSubstr("begins with \"<html>\\x1b[31mxxx"));
  EXPECT_LE(answer.detail->size(), 160u);
}

TEST(FirstLine, IsCutAt120BytesAndSkipsLeadingWhiteSpace) {
  EXPECT_EQ(first_line("\n\n  <html> \r\n<body>"), "<html>");
  EXPECT_EQ(first_line(std::string(120, 'a')), std::string(120, 'a'));
  EXPECT_NE(first_line(std::string(121, 'a')), std::string(121, 'a'));
  EXPECT_EQ(first_line(""), "");
}

TEST(ClassifyDamage, EachEncodingIsToldWhenItHidesTheRightBytes) {
  const std::string content = R"({"model_type":"bert"})" + noise(1000);
  for (const DigestAlgorithm algorithm : kBothAlgorithms) {
    const Digest name = digest_of(algorithm, content);
    const DamageAnswer gzip = classify(deflated(content, Container::gzip), name);
    EXPECT_EQ(gzip.damage, Damage::compressed);
    EXPECT_THAT(*gzip.detail, HasSubstr("gzip"));
    const DamageAnswer zlib = classify(deflated(content, Container::zlib), name);
    EXPECT_EQ(zlib.damage, Damage::compressed);
    EXPECT_THAT(*zlib.detail, HasSubstr("zlib"));
    const DamageAnswer brotli = classify(brotlied(content), name);
    EXPECT_EQ(brotli.damage, Damage::compressed);
    EXPECT_THAT(*brotli.detail, HasSubstr("brotli"));
  }
}

TEST(ClassifyDamage, CompressedBytesOfAnotherContentAreNotCompressed) {
  for (const DigestAlgorithm algorithm : kBothAlgorithms) {
    EXPECT_EQ(classify(deflated("abc", Container::gzip), foreign_name(algorithm)).damage,
              Damage::other);
    EXPECT_EQ(classify(brotlied("abc"), foreign_name(algorithm)).damage, Damage::other);
  }
}

TEST(ClassifyDamage, DecompressionEndsAt64MiB) {
  const std::string content(kMaxTransformedBytes, 'a');
  for (const DigestAlgorithm algorithm : kBothAlgorithms) {
    EXPECT_EQ(classify(deflated(content, Container::gzip), digest_of(algorithm, content)).damage,
              Damage::compressed);
    const std::string longer = content + "a";
    EXPECT_EQ(classify(deflated(longer, Container::gzip), digest_of(algorithm, longer)).damage,
              Damage::other);
  }
}

TEST(ClassifyDamage, ChangedLineEndsAreToldInBothDirections) {
  // The CR and the LF of one line end fall into different chunks.
  const std::string before(256 * 1024 - 1, 'x');
  const std::string unix_text = before + "\nb\n\nc\rd";
  const std::string dos_text = before + "\r\nb\r\n\r\nc\rd";
  for (const DigestAlgorithm algorithm : kBothAlgorithms) {
    const Digest unix_name = digest_of(algorithm, unix_text);
    const Digest dos_name = digest_of(algorithm, dos_text);
    EXPECT_EQ(classify(dos_text, unix_name).damage, Damage::crlf);
    EXPECT_EQ(classify(unix_text, dos_name).damage, Damage::crlf);
    EXPECT_EQ(classify(dos_text, unix_name, unix_text.size()).damage, Damage::crlf);
    EXPECT_EQ(classify(unix_text, dos_name, dos_text.size()).damage, Damage::crlf);
    EXPECT_THAT(*classify(dos_text, unix_name).detail, HasSubstr("with LF the bytes are right"));
    EXPECT_THAT(*classify(unix_text, dos_name).detail, HasSubstr("with CRLF the bytes are right"));
    EXPECT_EQ(classify(dos_text, foreign_name(algorithm)).damage, Damage::other);
  }
}

TEST(ClassifyDamage, CarriageReturnsThatEndNoLineStay) {
  struct Pair {
    std::string dos;
    std::string unix_text;
  };
  for (const Pair& pair : {Pair{"a\r\nb\r", "a\nb\r"}, Pair{"\r\r\n", "\r\n"},
                           Pair{"\r\na\rb", "\na\rb"}, Pair{"\r\n\r\n", "\n\n"}}) {
    EXPECT_EQ(classify(pair.dos, digest_of(DigestAlgorithm::sha256, pair.unix_text)).damage,
              Damage::crlf)
        << pair.dos;
  }
  EXPECT_EQ(classify("\na\r\n\n", digest_of(DigestAlgorithm::sha256, "\r\na\r\n\r\n")).damage,
            Damage::crlf);
}

TEST(LineEndsThatExplain, MakeAtMost64MiB) {
  const std::string content = std::string(kMaxTransformedBytes - 1, 'a') + "\n";
  std::string stored = content;
  stored.insert(stored.size() - 1, "\r");
  const auto explained = [](const std::string& bytes, const std::string& right) {
    const auto answer = line_ends_that_explain(MemoryFile(bytes), bytes.size(),
                                               {.name = digest_of(DigestAlgorithm::sha256, right)});
    EXPECT_TRUE(answer);
    return answer->has_value();
  };
  EXPECT_TRUE(explained(stored, content));
  EXPECT_FALSE(explained("a" + stored, "a" + content));
}

TEST(ClassifyDamage, ZerosAtTheEndAreToldFrom4096On) {
  const std::string data = noise(5000) + "x";
  EXPECT_EQ(classify(data + std::string(4095, '\0'), foreign_name()).damage, Damage::other);
  const DamageAnswer answer = classify(data + std::string(4096, '\0'), foreign_name());
  EXPECT_EQ(answer.damage, Damage::zero_filled);
  EXPECT_EQ(answer.detail, "zeros from byte 5001 on");
  EXPECT_EQ(classify(std::string(4095, '\0'), foreign_name()).damage, Damage::other);
  EXPECT_EQ(classify(std::string(4096, '\0'), foreign_name()).detail, "zeros from byte 0 on");
}

TEST(ClassifyDamage, ZerosInTheMiddleAreToldWhenTheyFillAPage) {
  std::string content(8192, 'x');
  content += std::string(4096, '\0') + std::string(100, 'y');
  EXPECT_EQ(classify(content, foreign_name()).detail, "zeros from byte 8192 to byte 12287");
  EXPECT_EQ(classify("z" + content, foreign_name()).damage, Damage::other) << "off the page's edge";
  content[12287] = 'x';
  EXPECT_EQ(classify(content, foreign_name()).damage, Damage::other);
}

TEST(FindZeroRun, FollowsARunAcrossChunksToItsEnds) {
  std::string content(256 * 1024 - 10, 'x');
  content += std::string(600 * 1024, '\0') + "y" + std::string(8192, '\0');
  const auto run = find_zero_run(MemoryFile(content), content.size());
  ASSERT_TRUE(run && *run);
  EXPECT_EQ((*run)->begin, 256u * 1024 - 10);
  EXPECT_EQ((*run)->end, 856u * 1024 - 10);
  EXPECT_FALSE((*run)->at_end_of_file);
}

TEST(ClassifyDamage, AListedSizeTellsTooManyAndTooFew) {
  const std::string content = noise(1000);
  for (const DigestAlgorithm algorithm : kBothAlgorithms) {
    const Digest name = digest_of(algorithm, content);
    EXPECT_EQ(classify(content.substr(0, 999), name, 1000).damage, Damage::truncated);
    EXPECT_EQ(classify(content.substr(0, 999), name, 1000).detail, "has 999 of 1000 bytes");
    const DamageAnswer longer = classify(content + "x", name, 1000);
    EXPECT_EQ(longer.damage, Damage::oversized);
    EXPECT_THAT(*longer.detail, HasSubstr("the first 1000 are right"));
    const DamageAnswer other = classify(noise(1001, 7), name, 1000);
    EXPECT_EQ(other.damage, Damage::oversized);
    EXPECT_THAT(*other.detail, HasSubstr("are wrong too"));
    EXPECT_EQ(classify(noise(1000, 7), name, 1000).damage, Damage::other);
  }
}

TEST(ClassifyDamage, WithoutAnySizeACutFileIsOther) {
  const std::string content = noise(1000);
  EXPECT_EQ(classify(content.substr(0, 999), digest_of(DigestAlgorithm::sha256, content)).damage,
            Damage::other);
}

TEST(ClassifyDamage, AContainersOwnHeaderTellsItsSizeWhateverTheName) {
  for (const std::string& whole : {test::safetensors(1000), test::gguf(1000)}) {
    const Digest name = digest_of(DigestAlgorithm::sha256, whole);
    EXPECT_EQ(classify(whole.substr(0, whole.size() - 1), name).damage, Damage::truncated);
    EXPECT_EQ(classify(whole.substr(0, 40), name).damage, Damage::truncated);
    const DamageAnswer longer = classify(whole + noise(5000), name);
    EXPECT_EQ(longer.damage, Damage::oversized);
    EXPECT_THAT(*longer.detail, HasSubstr("are right"));
    std::string flipped = whole;
    flipped.back() = static_cast<char>(flipped.back() ^ 1);
    EXPECT_EQ(classify(flipped, name).damage, Damage::other);
  }
}

TEST(ClassifyDamage, TheListedSizeGoesBeforeTheHeaders) {
  const std::string whole = test::safetensors(1000);
  EXPECT_EQ(classify(whole, foreign_name(), whole.size() - 1).damage, Damage::oversized);
  EXPECT_EQ(classify(whole.substr(1), foreign_name(), whole.size() - 1).damage, Damage::other);
}

TEST(ClassifyDamage, ContentStoredTwiceIsOversized) {
  const std::string content = noise(20'000);
  for (const DigestAlgorithm algorithm : kBothAlgorithms) {
    const DamageAnswer answer = classify(content + content, digest_of(algorithm, content));
    EXPECT_EQ(answer.damage, Damage::oversized);
    EXPECT_THAT(*answer.detail, HasSubstr("the first 20000 are right"));
  }
  const std::string small = noise(10);
  EXPECT_EQ(classify(small + small, digest_of(DigestAlgorithm::sha256, small)).damage,
            Damage::oversized);
}

TEST(ClassifyDamage, CutsNearTheEndAreTriedUpToTheirBounds) {
  const std::string content = noise(10'001);
  const Digest sha256 = digest_of(DigestAlgorithm::sha256, content);
  EXPECT_EQ(classify(content + noise(1, 1), sha256).damage, Damage::oversized);
  EXPECT_EQ(classify(content + noise(kSha256Cuts, 1), sha256).damage, Damage::oversized);
  EXPECT_EQ(classify(content + noise(kSha256Cuts + 1, 1), sha256).damage, Damage::other);
  const Digest git = digest_of(DigestAlgorithm::git_sha1, content);
  EXPECT_EQ(classify(content + noise(1, 1), git).damage, Damage::oversized);
  EXPECT_EQ(classify(content + noise(kGitSha1Cuts, 1), git).damage, Damage::oversized);
  EXPECT_EQ(classify(content + noise(kGitSha1Cuts + 1, 1), git).damage, Damage::other);
}

TEST(ClassifyDamage, GitCutsAreTriedInFilesOfAtMostOneMiB) {
  const std::string content(kMaxGitSha1CutBytes - 1, 'x');
  const Digest name = digest_of(DigestAlgorithm::git_sha1, content);
  EXPECT_EQ(classify(content + "y", name).damage, Damage::oversized);
  EXPECT_EQ(classify(content + "yy", name).damage, Damage::other);
}

TEST(ClassifyDamage, TheNameOfTheEmptyContentMakesAnyByteOneTooMany) {
  for (const DigestAlgorithm algorithm : kBothAlgorithms) {
    EXPECT_EQ(classify("x", digest_of(algorithm, "")).damage, Damage::oversized);
  }
}

TEST(ClassifyDamage, TheFirstKindThatFitsIsSaid) {
  const std::string page = "<html>" + std::string(5000, '\0');
  EXPECT_EQ(classify(page, foreign_name(), 3).damage, Damage::html);
  EXPECT_EQ(classify("x" + std::string(5000, '\0'), foreign_name(), 3).damage, Damage::zero_filled);
  EXPECT_EQ(classify("", foreign_name(), 3).damage, Damage::empty);
}

TEST(ClassifyDamage, AReadErrorIsHandedOn) {
  MemoryFile file(noise(600'000));
  file.fail_from(300'000);
  const auto answer = classify_damage(file, {.name = foreign_name()});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::io);
}

}  // namespace
}  // namespace hubward
