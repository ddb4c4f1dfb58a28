"""The catalogue of rules as data: the stable interface that the registry is checked against.

Codes and names stand in people's `noqa` comments and configuration: a row is added, never changed or reused.
"""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """A rule: `on` is yes (in the default selection), no or always, `fix` is safe, unsafe, some or none."""

    code: str
    name: str
    on: str
    severity: str
    fix: str


_TABLE = """
LMB101 import-in-invoke                  yes    warning some
LMB102 package-install-at-runtime        yes    error   none
LMB103 network-call-at-init              no     note    none
LMB201 client-per-invocation             yes    warning some
LMB202 connection-per-request            no     note    none
LMB203 call-without-timeout              yes    warning none
LMB204 loop-bound-client                 yes    error   none
LMB205 synchronous-lambda-call           yes    warning none
LMB206 missing-pagination                no     warning none
LMB207 polling-loop                      no     note    none
LMB208 hardcoded-region                  no     note    none
LMB209 missing-bucket-owner              no     note    none
LMB301 mangum-lifespan                   yes    warning some
LMB302 lifespan-never-runs               yes    error   none
LMB303 adapter-per-invocation            yes    warning some
LMB304 asyncio-run-beside-mangum         yes    error   none
LMB401 uncached-secret                   yes    warning unsafe
LMB402 logged-secret                     yes    error   unsafe
LMB403 logged-event                      yes    warning unsafe
LMB404 secret-in-response                yes    error   none
LMB405 hardcoded-secret                  yes    error   none
LMB406 secret-cached-forever             no     note    none
LMB407 secret-in-template                yes    error   none
LMB451 sql-from-event                    no     error   none
LMB452 command-from-event                no     error   none
LMB453 code-from-event                   no     error   none
LMB454 unpickled-event                   no     error   none
LMB455 html-from-event                   no     warning none
LMB456 path-from-event                   no     warning none
LMB457 url-from-event                    no     warning none
LMB501 print-instead-of-logging          no     note    unsafe
LMB502 unstructured-logging              no     note    none
LMB503 basicconfig-no-effect             yes    error   unsafe
LMB504 log-handler-per-invocation        yes    warning none
LMB505 log-keys-across-invocations       no     note    none
LMB601 global-state-across-invocations   yes    warning none
LMB602 write-outside-tmp                 yes    error   none
LMB603 stale-tmp-file                    no     warning none
LMB604 work-after-return                 yes    error   none
LMB605 multiprocessing-primitives        yes    error   none
LMB606 cached-by-event                   yes    error   none
LMB607 value-frozen-at-init              yes    error   none
LMB608 sleep-in-invoke                   no     note    none
LMB609 exit-in-invoke                    yes    error   none
LMB610 cached-coroutine                  yes    error   none
LMB701 async-handler                     yes    error   unsafe
LMB702 handler-signature                 yes    error   none
LMB703 unknown-context-attribute         yes    error   some
LMB704 unserializable-response           yes    error   some
LMB705 proxy-body-not-string             yes    error   unsafe
LMB706 swallowed-error                   yes    warning none
LMB707 reserved-environment-variable     yes    error   none
LMB708 handler-not-found                 yes    error   none
LMB709 reserved-metric-namespace         yes    error   none
LMB710 batch-swallows-failures           no     warning none
LMB711 unhandled-client-error            no     note    none
LMB801 undeclared-environment-variable   yes    warning none
LMB802 unread-environment-variable       no     note    none
LMB803 settings-default-from-environment yes    warning some
LMB901 syntax-error                      always error   none
LMB902 unreadable-file                   always error   none
LMB903 unused-noqa                       no     note    safe
LMB904 unreadable-template               yes    warning none
"""

TABLE = tuple(Row(*line.split()) for line in _TABLE.strip().splitlines())
