"""`POST {desk}/@call-next`, `/@call-again`, `/@ticket-finish`, `-no-show`, `-leave`, `-park`, `-back`,
`-pass-on`: the queue."""
