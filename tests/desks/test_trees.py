"""Trees of agencies and topics, and which topic takes whose demands."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from deskops.desks.rules import in_tree_order, is_within, takers


@dataclass(frozen=True)
class Node:
    id: int
    parent_id: int | None = None


def order(*nodes: Node) -> list[tuple[int, int]]:
    return [(node.id, depth) for node, depth in in_tree_order(nodes)]


def test_children_follow_their_parent_in_their_own_order() -> None:
    assert order(Node(1), Node(2), Node(4, 1), Node(3, 1), Node(5, 4)) == [
        (1, 0),
        (4, 1),
        (5, 2),
        (3, 1),
        (2, 0),
    ]


def test_whose_parent_is_not_shown_stands_at_the_top() -> None:
    assert order(Node(7, 3), Node(8, 7)) == [(7, 0), (8, 1)]


@given(st.lists(st.integers(0, 12), max_size=12))
def test_every_node_of_a_tree_is_there_once(parents: list[int]) -> None:
    nodes = [
        Node(key, above if above and above < key else None) for key, above in enumerate(parents, start=1)
    ]
    assert sorted(node.id for node, _ in in_tree_order(nodes)) == [node.id for node in nodes]


def test_a_branch_holds_itself_and_what_is_below_it() -> None:
    parents = {1: None, 2: 1, 3: 2, 4: None}
    assert [is_within(parents, node, 2) for node in (1, 2, 3, 4, None)] == [False, True, True, False, False]


def test_parents_that_go_round_in_a_circle_end_the_search() -> None:
    assert not is_within({1: 2, 2: 1}, 1, 3)


def test_the_last_of_several_mergers_takes_the_demands() -> None:
    assert takers({1: 2, 2: 3, 3: None, 4: None}) == {1: 3, 2: 3}
