"""What may be a mail: nobody adds a header, another receiver or a document to one."""

import pytest

from protocolbuilder.domain.letter import Letter, is_address, without_addresses


@pytest.mark.parametrize(
    "address",
    ["", "a", "a@", "@b", "a@b c", "a@b\nBcc: x@y", "a@b\r\nTo: x", "<a@b.example>", "A <a@b.example>", "a@b,c@d",
     "a@b.example;c@d.example", '"a b"@c.example', "a@[127.0.0.1]", "jörg@b.example", "a@b..example", "a" * 65 + "@b.c",
     "a@" + "b." * 130 + "c", "a\x00@b.example"],
)  # fmt: skip
@pytest.mark.asvs("V1.3.11")
def test_what_is_not_one_mailbox_is_refused(address: str) -> None:
    assert not is_address(address)
    with pytest.raises(ValueError, match="one mailbox"):
        Letter(address, "Subject", "Text")


@pytest.mark.parametrize("address", ["a@b.example", "Ann.O'Brien+isa@some-council.gov.uk", "dpo@localhost"])
def test_one_mailbox_is_taken(address: str) -> None:
    assert Letter(address, "Subject", "Text").to == address


@pytest.mark.parametrize("subject", ["", " ", "a\nBcc: x@y.example", "a\rb", "a\u2028b", "a\x00b", "x" * 201])
@pytest.mark.asvs("V1.3.11")
def test_a_subject_is_one_line(subject: str) -> None:
    with pytest.raises(ValueError, match="one line"):
        Letter("a@b.example", subject, "Text")


@pytest.mark.parametrize("text", ["a\x00b", "a\rb", "x" * 10_001])
def test_a_text_is_plain_and_short(text: str) -> None:
    with pytest.raises(ValueError, match="plain"):
        Letter("a@b.example", "Subject", text)


def test_what_a_server_says_is_kept_without_addresses() -> None:
    assert without_addresses("550 5.1.1 <ann@b.example>:\r\n no such user") == "550 5.1.1 (address): no such user"
