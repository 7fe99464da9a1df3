"""What is sent to a name server and is no question, or one that is oddly written."""

import struct
import sys

sys.dont_write_bytecode = True

from guarding import Guarded, main  # noqa: E402
from names_test import ELSEWHERE, HUB, PYTHON, NamesTest  # noqa: E402
from own_network import NEAR_RESOLVER  # noqa: E402


def question(name: str, *, head: tuple[int, ...] = (0x100, 1, 0, 0, 0), behind: bytes = b"") -> bytes:
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return struct.pack("!HHHHHH", 0x1234, *head) + labels + b"\0" + struct.pack("!HH", 1, 1) + behind


class Malformed(NamesTest):
    """A resolver on this machine may be asked, but not for what only a more patient reader than ours would understand."""

    SCRIPT = ("import socket, struct, sys\n"
              "where, how, *messages = sys.argv[1:]\n"
              "s = socket.socket(socket.AF_INET, socket.SOCK_STREAM if how in ('tcp', 'bytewise') else socket.SOCK_DGRAM)\n"
              "s.settimeout(5)\n"
              "s.connect((where, 53))\n"
              "if how == 'udp, unanswered':\n"
              "  for message in messages[:-1]: s.send(bytes.fromhex(message))\n"
              "  how, messages = 'udp', messages[-1:]\n"
              "for message in map(bytes.fromhex, messages):\n"
              "  try:\n"
              "    if how == 'udp': s.send(message)\n"
              "    elif how == 'bytewise': [s.send(bytes([byte])) for byte in struct.pack('!H', len(message)) + message]\n"
              "    else: s.sendall(struct.pack('!H', len(message)) + message)\n"
              "    answer = s.recv(512) if len(message) > 11 and not message[2] & 128 else bytes(4)\n"
              "    print(answer[3 if how == 'udp' else 5:][:1].hex()[1:] or 'none')\n"
              "  except OSError as e: print(e)\n")
    QUERY = question(HUB)
    NO_QUESTION = {
        "a name that is a pointer to itself": QUERY[:12] + b"\xc0\x0c\0\1\0\1",
        "a name that goes on in the header": QUERY[:-5] + b"\xc0\x02\0\1\0\1",
        "a name that goes on behind": QUERY[:12] + b"\xc0\x12\0\1\0\1" + QUERY[12:],
        "a label of a kind that nobody has": QUERY[:12] + b"\x4b" + QUERY[13:],
        "two questions": question(ELSEWHERE, head=(0x100, 2, 0, 0, 0), behind=QUERY[12:]),
        "none, and one all the same": question(HUB, head=(0x100, 0, 0, 0, 0)),
        "an answer": question(HUB, head=(0x8100, 1, 0, 0, 0)),
        "an update": question(HUB, head=(0x2800, 1, 0, 0, 0)),
        "a cut name": QUERY[:20],
        "a cut class": QUERY[:-1],
        "a name without end": QUERY[:12] + b"\x3f" + b"a" * 63 + QUERY[12:-5] * 20 + QUERY[-5:],
        "bytes behind it": question(HUB, behind=b"and more"),
        "half a header": QUERY[:11],
        "no byte": b"",
    }

    def ask(self, mode: str, how: str, *messages: bytes) -> Guarded:
        self.network.resolver.heard.clear()
        return self.guarded(mode, PYTHON, "-c", self.SCRIPT, NEAR_RESOLVER, how, *[message.hex() for message in messages])

    def test_what_is_not_one_question_is_passed_to_nobody_and_told(self) -> None:
        good = question(ELSEWHERE)
        done = self.ask("enforce", "udp, unanswered", *self.NO_QUESTION.values(), good)
        self.assertEqual((self.network.resolver.heard, done.code, done.attempts), ([good], 125, len(self.NO_QUESTION)), done)
        self.assertEqual({leak["address"] for leak in done.leaks}, {NEAR_RESOLVER}, done)
        self.assertIn(f"refused: {NEAR_RESOLVER} port 53, {len(self.NO_QUESTION)} times, by", done.err)
        for name, message in self.NO_QUESTION.items():
            with self.subTest(name):
                done = self.ask("enforce", "tcp", message)
                self.assertEqual((self.network.resolver.heard, done.code), ([], 125), done)

    def test_it_is_told_of_and_passed_on_where_it_is_observed(self) -> None:
        messages = [*self.NO_QUESTION.values(), question(ELSEWHERE)]
        done = self.ask("observe", "udp, unanswered", *messages)
        self.assertEqual((self.network.resolver.heard, done.code, done.attempts), (messages, 0, len(messages) - 1), done)

    def test_the_hubs_names_are_known_however_they_are_written(self) -> None:
        messages = [question("hUgGiNgFaCe.Co"), question("A.B.HF.CO"),
                    question(HUB, head=(0x100, 1, 0, 0, 1), behind=b"\0\0\x29\x04\xd0" + bytes(6))]
        for how in ("udp", "tcp", "bytewise"):
            done = self.ask("enforce", how, *messages)
            self.assertEqual((self.network.resolver.heard, done.out.split()), ([], ["3"] * 3), done)

    def test_a_stream_is_cut_into_questions_as_it_says(self) -> None:
        good, with_more = question(ELSEWHERE), question(ELSEWHERE, behind=b"and more")
        for how in ("udp", "tcp", "bytewise"):
            done = self.ask("enforce", how, good, self.QUERY, with_more)
            self.assertEqual((self.network.resolver.heard, done.out.split()), ([good], ["0", "3", "1"]), done)


main(__name__)
