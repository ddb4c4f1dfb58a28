"""The relation itself, over records written by hand."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from .compare import Kind, compare
from .record import Call, Creation, InitError, Json, Post, Record

SECRET = ("secretsmanager", "GetSecretValue", {"SecretId": "s"})
PUT = ("dynamodb", "PutItem", {"Item": {"id": "1"}})
DELETE = ("dynamodb", "DeleteItem", {"Key": {"id": "1"}})


def record(
    calls: Sequence[tuple[str, tuple[str, str, Json]]] = (),
    creations: Sequence[tuple[str, str]] = (),
    bodies: Sequence[Json] = ("ok", "ok"),
    state: Json = None,
    output: str = "",
    init_error: InitError | None = None,
    died: str | None = None,
) -> Record:
    return Record(
        scenario="warm",
        init_error=init_error,
        posts=tuple(Post(f"invoke{n}", "response", "application/json", body) for n, body in enumerate(bodies, 1)),
        calls=tuple(Call(phase, *call, "ok") for phase, call in calls),
        creations=tuple(Creation(*creation) for creation in creations),
        state=state,
        output=output,
        died=died,
    )


def kinds(before: Record, after: Record, reads_may_fall: bool | tuple[str, ...] = True) -> list[tuple[str, Kind]]:
    found = compare((before,), (after,), reads_may_fall=reads_may_fall)
    return [(difference.phase, difference.kind) for difference in found]


def test_equal_records_do_not_differ() -> None:
    one = record([("invoke1", SECRET), ("invoke1", PUT)], [("invoke1", "dynamodb")], state={"a": 1}, output="x")
    assert kinds(one, one, reads_may_fall=False) == []


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (record(bodies=("ok", "no")), [("invoke2", Kind.POST)]),
        (record(bodies=("ok",)), [("invoke2", Kind.POST)]),
        (record(state={"a": 1}), [("end", Kind.STATE)]),
        (record(output="x"), [("end", Kind.OUTPUT)]),
        (record(died="signal 14"), [("exit", Kind.EXIT)]),
        (record(init_error=InitError("KeyError", "'A'")), [("init", Kind.INIT_ERROR)]),
        (record([("invoke1", PUT)]), [("invoke1", Kind.MUTATING_CALL)]),
        (record([("init", PUT)]), [("init", Kind.MUTATING_CALL)]),
        (record([("invoke2", SECRET)]), [("invoke2", Kind.READ)]),
        (record([("init", SECRET)]), [("init", Kind.READ)]),
        (record(creations=[("init", "s3")]), [("init", Kind.CREATION)]),
        (record(creations=[("invoke2", "s3")]), [("invoke2", Kind.CREATION)]),
    ],
)
def test_anything_more_is_a_difference(after: Record, expected: list[tuple[str, Kind]]) -> None:
    assert kinds(record(), after) == expected


@pytest.mark.parametrize(
    "after",
    [
        record([("invoke1", DELETE), ("invoke1", PUT)]),
        record([("invoke1", PUT)]),
        record([("invoke1", PUT), ("invoke1", PUT)]),
    ],
)
def test_mutating_calls_keep_their_order_and_number(after: Record) -> None:
    before = record([("invoke1", PUT), ("invoke1", DELETE)])
    assert kinds(before, after) == [("invoke1", Kind.MUTATING_CALL)]


def test_a_mutating_call_does_not_change_its_invocation() -> None:
    before, after = record([("invoke1", PUT)]), record([("invoke2", PUT)])
    assert kinds(before, after) == [("invoke1", Kind.MUTATING_CALL), ("invoke2", Kind.MUTATING_CALL)]


def test_reads_fall_only_where_they_may() -> None:
    before = record([("invoke1", SECRET), ("invoke2", SECRET)])
    after = record([("invoke1", SECRET)])
    assert kinds(before, after) == []
    assert kinds(before, after, ("GetSecretValue",)) == []
    assert kinds(before, after, ("GetParameter",)) == [("invoke2", Kind.READ)]
    assert kinds(before, after, reads_may_fall=False) == [("invoke2", Kind.READ)]
    assert kinds(after, before) == [("invoke2", Kind.READ)]


def test_a_read_that_may_fall_may_move_to_init() -> None:
    before, after = record([("invoke1", SECRET)]), record([("init", SECRET)])
    assert kinds(before, after) == []
    assert kinds(before, after, reads_may_fall=False) == [("init", Kind.READ), ("invoke1", Kind.READ)]


def test_a_read_of_something_else_is_a_difference() -> None:
    other = ("secretsmanager", "GetSecretValue", {"SecretId": "t"})
    assert kinds(record([("invoke1", SECRET)]), record([("invoke1", other)])) == [("invoke1", Kind.READ)]


def test_creations_may_move_to_init_and_fall() -> None:
    before = record(creations=[("invoke1", "s3"), ("invoke2", "s3")])
    assert kinds(before, record(creations=[("init", "s3")])) == []
    assert kinds(before, record(creations=[("invoke1", "s3")])) == []
    assert kinds(before, record(creations=[("init", "s3")] * 3)) == [("init", Kind.CREATION)]
    assert kinds(before, record(creations=[("init", "sqs")])) == [("init", Kind.CREATION)]


def test_a_creation_that_no_invocation_came_to_is_made_at_init_where_that_is_wanted() -> None:
    early = record(creations=[("init", "s3")])
    assert compare((record(),), (early,), creation_at_init_is_wanted=True) == ()
    late = record(creations=[("invoke1", "s3")])
    (difference,) = compare((record(),), (late,), creation_at_init_is_wanted=True)
    assert difference.kind is Kind.CREATION


def fails(error_type: str) -> Record:
    failed = record()
    body = {"errorType": error_type, "errorMessage": "x"}
    return failed._replace(posts=tuple(post._replace(kind="error", body=body) for post in failed.posts))


def test_only_the_same_failure_of_all_invocations_may_move_to_init() -> None:
    def moved(before: Record, error_type: str) -> bool:
        after = record(bodies=(), init_error=InitError(error_type, "x"))
        return compare((before,), (after,), failure_may_move_to_init=True) == ()

    assert moved(fails("KeyError"), "KeyError")
    assert moved(fails("ModuleNotFoundError"), "Runtime.ImportModuleError")
    assert not moved(fails("ValueError"), "KeyError")
    assert not moved(record(), "KeyError")
    mixed = fails("KeyError")
    assert not moved(mixed._replace(posts=(mixed.posts[0], record().posts[1])), "KeyError")
    late = fails("ModuleNotFoundError")
    both = late._replace(posts=(mixed.posts[0], late.posts[1]))
    assert moved(both, "Runtime.ImportModuleError")
    assert not moved(both, "KeyError")
    assert not moved(mixed, "Runtime.ImportModuleError")
    assert not moved(late._replace(posts=(late.posts[0], record().posts[1])), "Runtime.ImportModuleError")


def test_runs_of_different_scenarios_are_refused() -> None:
    with pytest.raises(ValueError, match="different scenarios"):
        compare((record(),), ())
