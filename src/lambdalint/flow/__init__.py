"""Where values flow: from secrets, events and parameters to what is logged, returned, raised or run.

`engine` interprets each function once over its summary, flow-sensitively, and composes function summaries over the
call graph; `origins` follows what is left symbolic, parameters above all, back to what callers pass.  Rules name
their sources and sinks, and never walk code themselves.
"""
