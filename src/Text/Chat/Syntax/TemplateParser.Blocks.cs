using ExpertCluster.Text.Chat.Evaluation;

namespace ExpertCluster.Text.Chat.Syntax;

/// <content>Statements with a body of their own: macro, call, filter, with.</content>
internal sealed partial class TemplateParser
{
    /// <summary>What a template gives a value to, anywhere: a macro may be among them, so any may be called.</summary>
    private readonly HashSet<string> _names = new(StringComparer.Ordinal) { MacroDefinition.Caller };

    private string Named(string what)
    {
        string name = _reader.Expect(TokenKind.Name, what).Text;
        _names.Add(name);
        return name;
    }

    private MacroStatement ReadMacro()
    {
        string name = Named("the macro's name");
        _reader.ExpectOperator("(");
        return new MacroStatement(Definition(name, "endmacro"));
    }

    /// <summary>{% call(parameters) macro(arguments) %}: the macro finds the body under "caller".</summary>
    private OutputStatement Call()
    {
        IReadOnlyList<(string, Expression?)> parameters = _reader.TryOperator("(") ? Parameters() : [];
        int at = _reader.Current.At;
        if (_expressions.Parse() is not CallExpression call)
        {
            throw _reader.Source.Error(at, "{% call %} needs the call of a macro");
        }

        var body = new CallerExpression(Definition(MacroDefinition.Caller, parameters, "endcall"));
        return new OutputStatement(new CallExpression(call.Name, [.. call.Arguments, new Argument(MacroDefinition.Caller, body)], call.Source, call.At));
    }

    private OutputStatement FilterBlock()
    {
        var open = _expressions.OpenFilters(first: true);
        return new OutputStatement(open(new CapturedExpression(Body("endfilter"))));
    }

    /// <summary>The body of {% set x | filters %}.</summary>
    private Expression FilteredBlock(string end)
    {
        var open = _expressions.OpenFilters(first: false);
        return open(new CapturedExpression(Body(end)));
    }

    private WithStatement With()
    {
        List<(string, Expression)> variables = [];
        while (_reader.Current.Kind != TokenKind.StatementEnd)
        {
            if (variables.Count > 0)
            {
                _reader.ExpectOperator(",");
            }

            string name = Named("a variable");
            _reader.ExpectOperator("=");
            variables.Add((name, _expressions.Parse()));
        }

        return new WithStatement(variables, Body("endwith"));
    }

    private MacroDefinition Definition(string name, string end) => Definition(name, Parameters(), end);

    private MacroDefinition Definition(string name, IReadOnlyList<(string, Expression?)> parameters, string end)
    {
        var (loops, outer) = (_loops, _expressions.Seen);
        _loops = 0;
        _expressions.Seen = new HashSet<string>(StringComparer.Ordinal);
        var body = Body(end);
        var seen = _expressions.Seen;
        outer.UnionWith(seen);
        (_loops, _expressions.Seen) = (loops, outer);
        return new MacroDefinition(name, parameters)
        {
            Body = body,
            TakesMoreByPlace = seen.Contains(MacroDefinition.MoreByPlace),
            TakesMoreByName = seen.Contains(MacroDefinition.MoreByName),
        };
    }

    /// <summary>Behind the bracket that opens them.</summary>
    private List<(string, Expression?)> Parameters()
    {
        List<(string, Expression?)> parameters = [];
        while (!_reader.TryOperator(")"))
        {
            if (parameters.Count > 0)
            {
                _reader.ExpectOperator(",");
            }

            parameters.Add((Named("a parameter"), _reader.TryOperator("=") ? _expressions.Parse() : null));
        }

        return parameters;
    }
}
