"""Reads {cases: [{template, variables, now}]} from standard input; writes what Jinja makes of each, set up as transformers does it:
{text} or {error, raised}. Clocks stand at `now` (seconds since 1970, UTC)."""
import datetime
import json
import sys

import jinja2
import jinja2.ext
import jinja2.sandbox


class Generation(jinja2.ext.Extension):
    """The tag that marks what an assistant said: for rendering, its body alone."""

    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        return jinja2.nodes.Scope(body).set_lineno(line)


class Refused(Exception):
    pass


def refuse(message):
    raise Refused(message)


def tojson(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def render(case):
    environment = jinja2.sandbox.ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols])
    now = datetime.datetime.fromtimestamp(case.get("now", 0), datetime.timezone.utc).replace(tzinfo=None)
    environment.filters["tojson"] = tojson
    environment.globals["raise_exception"] = refuse
    environment.globals["strftime_now"] = now.strftime
    try:
        return {"text": environment.from_string(case["template"]).render(**case["variables"])}
    except Refused as refused:
        return {"error": str(refused), "raised": True}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}", "raised": False}


json.dump([render(case) for case in json.load(sys.stdin)["cases"]], sys.stdout)
