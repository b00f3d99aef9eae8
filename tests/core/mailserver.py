"""A real mail server on loopback that keeps what it gets."""

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from email import message_from_bytes
from email.policy import default
from tests.ports import free_port


class MailServer:
    """`mails`: what arrived, as (envelope recipient, message). `answers`: to recipients, once."""

    def __init__(self, port: int | None = None, **options):
        self.port = port or free_port()
        self.mails = []
        self.answers = {}
        self.data_answer = "250 OK"
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port, **options)

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):
        if not self.data_answer.startswith("250"):
            return self.data_answer
        mail = message_from_bytes(envelope.content, policy=default)
        self.mails.extend((recipient, mail) for recipient in envelope.rcpt_tos)
        return "250 OK"

    def __enter__(self):
        self.controller.start()
        return self

    def __exit__(self, *error):
        self.controller.stop()


def refuse_login(server, session, envelope, mechanism, data):
    """For `MailServer(authenticator=...)`: nobody gets in."""
    return AuthResult(success=False, handled=False)
