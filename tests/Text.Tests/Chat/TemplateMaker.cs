namespace ExpertCluster.Text.Tests.Chat;

/// <summary>Templates of random statements and expressions, deep enough for their parts to meet.</summary>
internal sealed class TemplateMaker(Random random, string[] values, string[] filters, string[] tests, string[] methods, string[] operators)
{
    private const int Deepest = 3;

    public string Template() => string.Concat(Enumerable.Range(0, random.Next(1, 4)).Select(_ => Statement(0)));

    private string Statement(int depth) => depth == Deepest ? Output(depth) : random.Next(12) switch
    {
        0 => $"{Open("if")}{Expression(depth)}{Close()}{Statement(depth + 1)}{Open("else")}{Close()}{Statement(depth + 1)}{Open("endif")}{Close()}",
        1 => $"{Open("for")}i in {Pick(values)}{Close()}{Statement(depth + 1)}{{{{ i }}}}{{{{ loop.index }}}}{Open("endfor")}{Close()}",
        2 => $"{Open("set")}v = {Expression(depth)}{Close()}{{{{ v }}}}",
        3 => $"{Open("set")}v{Close()}{Statement(depth + 1)}{Open("endset")}{Close()}{{{{ v | length }}}}",
        4 => $"{Open("macro")}m{depth}(a, b={Pick(values)}){Close()}{{{{ a }}}}{Statement(depth + 1)}{{{{ b }}}}{Open("endmacro")}{Close()}{{{{ m{depth}({Expression(depth)}) }}}}",
        5 => $"{Open("filter")}{Pick(["upper", "trim", "replace('a', 'b')", "indent(1)"])}{Close()}{Statement(depth + 1)}{Open("endfilter")}{Close()}",
        6 => $"  {Pick(["a", " \n", "\n  ", "\r\n", "x\n\n", "{ } %}", ""])}{Output(depth)}{Pick(["\n", " ", "", "\r\n  "])}",
        _ => Output(depth),
    };

    private string Output(int depth) => $"{{{{{Pick(["", "-"])} {Expression(depth)} {Pick(["", "-"])}}}}}";

    private string Expression(int depth) => depth >= Deepest ? Pick(values) : random.Next(9) switch
    {
        0 => $"({Expression(depth + 1)}) {Pick(operators)} ({Expression(depth + 1)})",
        1 => $"({Expression(depth + 1)}) is {Pick(tests)}",
        2 => $"({Expression(depth + 1)}).{Pick(methods)}",
        3 => $"({Expression(depth + 1)}) if ({Expression(depth + 1)}) else ({Expression(depth + 1)})",
        4 => $"[{Expression(depth + 1)}, {Expression(depth + 1)}]",
        5 => $"not ({Expression(depth + 1)})",
        6 or 7 => $"({Expression(depth + 1)}) | {Pick(filters)}",
        _ => Pick(values),
    };

    private string Open(string name) => $"{{%{Pick(["", "", "-", "+"])} {name} ";

    private string Close() => $" {Pick(["", "", "-"])}%}}";

    private T Pick<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];
}
