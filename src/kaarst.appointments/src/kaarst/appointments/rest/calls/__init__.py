"""`POST {desk}/@call-next`, `/@call-again`, `/@ticket-finish`, `-no-show`, `-leave`: the queue."""
