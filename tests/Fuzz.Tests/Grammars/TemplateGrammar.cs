using System.Text;

namespace ExpertCluster.Fuzz.Grammars;

/// <summary>Jinja as chat templates have it, and what they don't: every statement, operator, filter, test, method and function, chains of them, and depth.</summary>
internal sealed class TemplateGrammar(Random random)
{
    private const int MostTerms = 400;
    private const int MostDepth = 150;

    private static readonly string[] Names = ["messages", "bos_token", "eos_token", "add_generation_prompt", "loop", "m", "x", "y", "ns", "tools", "f", "g", "missing"];
    private static readonly string[] Members = ["role", "content", "index", "index0", "first", "last", "length", "previtem", "nextitem", "a", "cycle"];

    private static readonly string[] Filters =
    [
        "trim", "default", "d", "length", "count", "upper", "lower", "first", "last", "join", "string", "replace", "tojson", "title", "capitalize", "indent", "int", "items", "safe",
        "list", "map", "select", "reject", "selectattr", "rejectattr", "unique", "reverse", "sort", "dictsort", "batch", "slice", "sum", "min", "max", "float", "abs", "map", "list",
    ];

    private static readonly string[] Methods =
    [
        "strip", "lstrip", "rstrip", "split", "rsplit", "startswith", "endswith", "replace", "upper", "lower", "title", "capitalize", "join", "find", "format", "items", "get", "keys",
        "values", "append", "splitlines", "count", "removeprefix", "removesuffix", "strip", "split",
    ];

    private static readonly string[] Tests =
    [
        "defined", "undefined", "none", "string", "mapping", "iterable", "sequence", "number", "integer", "boolean", "true", "false", "odd", "even", "in(messages)", "equalto(1)", "eq 1", "ne 'a'",
        "divisibleby(2)", "divisibleby 0", "lt 3", "sameas(x)", "string",
    ];

    private static readonly string[] Functions = ["range", "namespace", "raise_exception", "range", "namespace", "strftime_now", "dict", "joiner"];
    private static readonly string[] Operators = ["+", "-", "*", "//", "%", "~", "==", "!=", "<", ">=", "in", "not in", "and", "or", "~", "+", "-", "**"];
    private static readonly string[] Numbers = ["0", "1", "-1", "2", "10", "999", "1000000", "2147483647", "9223372036854775807", "-1", "3", "100", "(0 - 9223372036854775807 - 1)"];
    private static readonly string[] Texts = ["''", "'a'", "\"b\"", "'\\n'", "' x y '", "'<|im_start|>'", "'\U0001F600\u00e9'", "'\\u0041'", "'x' * 3", "'%Y-%m-%d'", "'a,b,c'", "'{}'", "'\\\\'"];

    private int _depth;

    public byte[] Make() => Encoding.UTF8.GetBytes(Macro() + Body(random.Next(1, 6)));

    /// <summary>Calls that call.</summary>
    private string Macro() => !random.In(3) ? ""
        : $"{{% macro f(x, y=1) %}}{Body(2)}{(random.In(3) ? "{{ f(x) }}" : "")}{{% endmacro %}}{{% macro g(x) %}}{{{{ f(x, y={Expression()}) ~ f(x) }}}}{{% endmacro %}}{{{{ g({Expression()}) }}}}";

    private string Body(int statements) => random.Join(statements, random.In(3) ? "\n" : "", Statement);

    private string Statement()
    {
        if (++_depth > 6)
        {
            _depth--;
            return "t";
        }

        string dash = random.In(4) ? "-" : "";
        string end = random.In(4) ? "-" : "";
        string text = random.Next(12) switch
        {
            0 => random.Of(["text", "  \n", "{# note #}", "}}", "{", "<|x|>"]),
            1 or 2 or 3 => $"{{{{{dash} {Expression()} {end}}}}}",
            4 => $"{{%{dash} if {Expression()} {end}%}}{Body(2)}{{% elif {Expression()} %}}{Body(1)}{{% else %}}{Body(1)}{{% endif %}}",
            5 or 6 => $"{{%{dash} for {random.Of(["m", "x", "x, y", "loop"])} in {Expression()}{(random.In(3) ? $" if {Expression()}" : "")} {end}%}}{Body(2)}{(random.In(4) ? "{% break %}" : random.In(4) ? "{% continue %}" : "")}{(random.In(4) ? "{% else %}e" : "")}{{% endfor %}}",
            7 => $"{{% set {random.Of(["x", "y", "x", "y", "ns", "m", "ns.a"])} = {Expression()} %}}",
            8 => $"{{% set x %}}{Body(2)}{{% endset %}}",
            9 when random.In(9) => $"{{% macro {random.Of(["f", "g"])}(x{(random.In(2) ? $", y={Expression()}" : "")}) %}}{Body(2)}{{% endmacro %}}",
            10 => $"{{% generation %}}{Body(1)}{{% endgeneration %}}",
            _ => Nested(),
        };
        _depth--;
        return text;
    }

    /// <summary>Blocks within each other.</summary>
    private string Nested()
    {
        int depth = random.In(4) ? random.Next(MostDepth) : random.Next(8);
        var (open, close) = random.Of([("{% if true %}", "{% endif %}"), ("{% for x in [1, 2] %}", "{% endfor %}"), ("{% set x %}", "{% endset %}"), ("{% generation %}", "{% endgeneration %}")]);
        return string.Concat(Enumerable.Repeat(open, depth)) + Body(1) + string.Concat(Enumerable.Repeat(close, depth));
    }

    private string Expression()
    {
        if (++_depth > 7)
        {
            _depth--;
            return Simple();
        }

        string text = random.Next(15) switch
        {
            0 or 1 or 2 => Simple(),
            3 => $"{Expression()} {random.Of(Operators)} {Expression()}",
            4 => $"{Expression()}|{Filter()}",
            5 => $"{Expression()} is {(random.In(3) ? "not " : "")}{random.Of(Tests)}",
            6 => $"{Expression()}.{random.Of(Members)}",
            7 => $"{Expression()}[{Expression()}]",
            8 => $"{Expression()}[{Bound()}:{Bound()}{(random.In(2) ? ":" + Bound() : "")}]",
            9 => $"({Expression()}).{random.Of(Methods)}({Arguments()})",
            10 => $"{random.Of(Functions)}({Arguments()})",
            11 => $"{Expression()} if {Expression()} else {Expression()}",
            12 => random.In(2) ? $"[{random.Join(random.Count(3, 200), ", ", Simple)}]" : $"{{{random.Join(random.Count(3, 50), ", ", () => $"{Simple()}: {Simple()}")}}}",
            13 => Chain(),
            _ => $"{random.Of(["not ", "-", "+"])}({Arguments()})",
        };
        _depth--;
        return text;
    }

    private string Simple() => random.Next(4) switch
    {
        0 => random.Of(Numbers),
        1 => random.Of(Texts),
        2 => random.Of(["true", "false", "none", "messages", "messages[0]", "messages[0].content"]),
        _ => random.Of(Names),
    };

    private string Bound() => random.In(3) ? "" : random.In(2) ? random.Of(Numbers) : Expression();

    private string Filter() => random.In(2) ? random.Of(Filters) : $"{random.Of(Filters)}({Arguments()})";

    private string Arguments() => random.Join(random.Count(2, 40), ", ", () => random.In(5) ? $"{random.Of(["x", "attribute", "default", "boolean", "indent", "count", "key"])}={Expression()}" : Expression());

    /// <summary>The same again and again: to the left, to the right, and inward.</summary>
    private string Chain()
    {
        int terms = random.In(3) ? random.Next(MostTerms) : random.Next(12);
        string term = Simple();
        return random.Next(7) switch
        {
            0 => term + string.Concat(Enumerable.Repeat($" {random.Of(Operators)} {Simple()}", terms)),
            1 => term + string.Concat(Enumerable.Repeat($"|{Filter()}", terms)),
            2 => term + string.Concat(Enumerable.Repeat($".{random.Of(Members)}", terms)),
            3 => term + string.Concat(Enumerable.Repeat("[0]", terms)),
            4 => new string('(', terms) + term + new string(')', terms),
            5 => string.Concat(Enumerable.Repeat(random.Of(["not ", "-", "+", "- -", "1 if x else "]), terms)) + term,
            _ => term + string.Concat(Enumerable.Repeat($".{random.Of(Methods)}({Simple()})", terms)),
        };
    }
}
