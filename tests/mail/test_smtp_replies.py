"""Replies of mail servers as people meet them, and whose fault each tells of."""

import pytest

from prescreen.mail.smtp_replies import Reply, Step, fault_in
from prescreen.workflow.mail.delivery_faults import Fault

# As written by Postfix, Exim, Sendmail, Exchange, Gmail and Outlook, but for addresses.
SEEN = [
    (Step.RCPT, "250 2.1.5 Ok", None),
    (Step.RCPT, "251 will forward", None),
    (Step.RCPT, "550 5.1.1 <w@example.org>: Recipient address rejected: User unknown", Fault.LETTER),
    (Step.RCPT, "550 5.1.1 <relay@sender.example>: User unknown", Fault.LETTER),
    (Step.RCPT, "550 <relay@sender.example>: no such user", Fault.LETTER),
    (Step.RCPT, "550 5.1.10 RESOLVER.ADR.RecipientNotFound", Fault.LETTER),
    (Step.RCPT, "550 5.2.1 The email account is disabled", Fault.LETTER),
    (Step.RCPT, "552 5.2.2 mailbox over quota", Fault.LETTER),
    (Step.RCPT, "552 too much mail", Fault.LETTER_FOR_NOW),
    (Step.RCPT, "452 4.2.2 mailbox over quota", Fault.LETTER_FOR_NOW),
    (Step.RCPT, "550 5.4.1 Recipient address rejected: Access denied", Fault.LETTER),
    (Step.RCPT, "550 5.5.0 Requested action not taken: mailbox unavailable", Fault.LETTER),
    (Step.RCPT, "556 5.1.10 domain takes no mail", Fault.LETTER),
    (Step.RCPT, "550 5.7.17 the mailbox has another owner", Fault.LETTER),
    (Step.RCPT, "501 5.1.3 Bad recipient address syntax", Fault.LETTER),
    (Step.RCPT, "554 5.7.1 Relay access denied", Fault.SETUP),
    (Step.RCPT, "454 4.7.1 Relay access denied", Fault.SETUP),
    (Step.RCPT, "550 5.7.1 Unable to relay", Fault.SETUP),
    (Step.RCPT, "550 relay not permitted", Fault.SETUP),
    (Step.RCPT, "550 Sender verify failed", Fault.SETUP),
    (Step.RCPT, "553 sorry, that domain isn't in my list of allowed rcpthosts; relay denied", Fault.SETUP),
    (Step.RCPT, "553 5.1.8 Sender address rejected: Domain not found", Fault.SETUP),
    (Step.RCPT, "450 4.1.8 Sender address rejected: Domain not found", Fault.SETUP),
    (Step.RCPT, "553 5.7.1 Sender address rejected: not owned by user", Fault.SETUP),
    (Step.RCPT, "503 5.5.1 AUTH first", Fault.SETUP),
    (Step.RCPT, "530 5.7.0 Must issue a STARTTLS command first", Fault.SETUP),
    (Step.RCPT, "554 5.7.1 Service unavailable; Client host blocked using a list", Fault.SETUP),
    (Step.RCPT, "450 4.7.1 Greylisted", Fault.LETTER_FOR_NOW),
    (Step.RCPT, "451 4.3.0 Temporary lookup failure", Fault.SERVER),
    (Step.RCPT, "421 4.7.0 Too many errors", Fault.SERVER),
    (Step.MAIL, "250 2.1.0 Ok", None),
    (Step.MAIL, "550 5.7.60 SMTP; Client does not have permissions to send as this sender", Fault.SETUP),
    (Step.MAIL, "501 5.1.7 Bad sender address syntax", Fault.SETUP),
    (Step.MAIL, "452 4.3.1 Insufficient system storage", Fault.SERVER),
    (Step.DATA, "250 2.0.0 Ok: queued", None),
    (Step.DATA, "550 5.7.26 unauthenticated", Fault.SETUP),
    (Step.DATA, "554 5.7.1 Message rejected as spam", Fault.SETUP),
    (Step.DATA, "554 Transaction failed", Fault.SETUP),
    (Step.DATA, "552 5.3.4 Message size exceeds fixed limit", Fault.LETTER),
    (Step.DATA, "550 5.1.1 no such user", Fault.LETTER),
    (Step.DATA, "451 4.7.1 Try again later", Fault.LETTER_FOR_NOW),
    (Step.CONNECT, "535 5.7.8 Username and Password not accepted", Fault.SETUP),
    (Step.CONNECT, "454 4.7.0 Temporary authentication failure", Fault.SERVER),
    (Step.CONNECT, "521 this host takes no mail", Fault.SETUP),
]


@pytest.mark.parametrize(("step", "line", "expected"), SEEN, ids=[f"{step} {line[:30]}" for step, line, _ in SEEN])
def test_a_reply_tells_whose_fault_it_is(step: Step, line: str, expected: Fault | None):
    assert fault_in(step, Reply(int(line[:3]), line[4:].encode())) is expected


@pytest.mark.parametrize("step", Step)
def test_the_first_digit_decides_between_success_and_failure_for_now_and_for_good(step: Step):
    found = {code: fault_in(step, Reply(code, b"")) for code in range(-1, 1000)}

    assert [code for code, fault in found.items() if fault is None] == [*range(200, 300)]
    assert {code // 100 for code, fault in found.items() if fault is Fault.LETTER} <= {5}


@pytest.mark.parametrize("step", [Step.CONNECT, Step.MAIL])
@pytest.mark.parametrize("text", [b"", b"5.1.1 no such user", b"5.6.0 what", b"5.2.1 mailbox disabled"])
def test_before_a_recipient_is_named_no_letter_is_at_fault(step: Step, text: bytes):
    assert {fault_in(step, Reply(code, text)) for code in range(500, 600)} == {Fault.SETUP}


@pytest.mark.parametrize(
    ("code", "text", "enhanced"),
    [
        (550, b"5.1.1 who", (1, 1)),
        (550, b"5.1.1", (1, 1)),
        (550, b"5.7.1\n5.7.1 more", (7, 1)),
        (550, b"4.1.1 of another kind", None),
        (550, b"5.1.1who", None),
        (550, b"who 5.1.1", None),
        (550, b"10.5.1.1 is blocked", None),
        (550, b"\xff", None),
    ],
)
def test_an_enhanced_code_stands_at_the_begin_and_agrees_with_the_reply(
    code: int, text: bytes, enhanced: tuple[int, int] | None
):
    assert Reply(code, text).enhanced == enhanced
