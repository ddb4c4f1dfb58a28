"""What changes an object in place, and which objects a module keeps as a collection (LMB601).

https://docs.python.org/3/library/stdtypes.html and https://docs.python.org/3/library/collections.html
"""

from __future__ import annotations

from lambdalint.catalog.terms import terms

CHECKED = "2026-11-25"

# Calls that make a collection that can be changed.
COLLECTIONS: frozenset[str] = terms(
    "list dict set bytearray collections.Counter collections.defaultdict collections.deque collections.OrderedDict",
    "collections.ChainMap collections.UserDict collections.UserList queue.Queue queue.LifoQueue queue.PriorityQueue",
    "queue.SimpleQueue array.array",
)
# Methods that change one.  Sorting is left out: it changes nothing that could leak.
MUTATORS: frozenset[str] = terms(
    "append appendleft extend extendleft insert add update setdefault pop popleft popitem remove discard clear",
    "subtract intersection_update difference_update symmetric_difference_update put put_nowait __setitem__",
)
EMPTYING = "clear"
# Methods that take something out again.
REMOVING: frozenset[str] = terms("clear discard pop popitem popleft remove")
# Methods that change nothing when they are called again with the same arguments.
IDEMPOTENT: frozenset[str] = terms("update add discard setdefault")
# Methods that hand out an item that the collection still holds.
HOLDERS: frozenset[str] = terms("setdefault get")
# Functions that change their first argument.
# https://docs.python.org/3/library/heapq.html and https://docs.python.org/3/library/bisect.html
MUTATING_CALLS: frozenset[str] = terms(
    "heapq.heappush heapq.heappop heapq.heappushpop heapq.heapreplace bisect.insort bisect.insort_left",
    "bisect.insort_right",
)
# Names of what is meant to outlive the invocation.
CACHE_WORDS: frozenset[str] = terms("cache cached caches memo memos memoized")
# Bases that copy nothing and share a class attribute as Python does.
PLAIN_BASES: frozenset[str] = terms(
    "object abc.ABC typing.Generic typing.Protocol typing.NamedTuple threading.Thread Exception"
)
# Calls that give something for the life of the environment that is no state: a logger.
LOGGERS: frozenset[str] = terms("logging.getLogger aws_lambda_powertools.Logger structlog.get_logger")
# Calls that read what they are given, and run nothing else of the program.
# https://docs.python.org/3/library/functions.html and https://docs.python.org/3/library/json.html#json.dumps
ONLY_READING: frozenset[str] = terms("bool dict isinstance len list print repr str type json.dumps pprint.pprint")
