"""What the load refuses: facts that name something it was never told of."""


class UnknownDeskError(LookupError):
    """A counter or a ticket names a desk that the load doesn't hold."""

    def __init__(self, desk_id: int) -> None:
        super().__init__(f"desk {desk_id} is not in the load: put the desk first")
        self.desk_id = desk_id


class UnknownCounterError(LookupError):
    """A counter that the load doesn't hold was asked about."""

    def __init__(self, counter_id: int) -> None:
        super().__init__(f"counter {counter_id} is not in the load")
        self.counter_id = counter_id


class UnknownTicketError(LookupError):
    """A ticket that isn't waiting was asked about."""

    def __init__(self, ticket_id: int) -> None:
        super().__init__(f"ticket {ticket_id} is not waiting")
        self.ticket_id = ticket_id
