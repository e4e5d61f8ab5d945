using ExpertCluster.Contracts;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Contracts.Tools;

namespace ExpertCluster.Router.Tools;

/// <summary>Finds who reads the calls of a base, when a request is planned and when its answer comes.</summary>
internal sealed class ToolParsers(PolicySet<IToolParser> parsers)
{
    /// <summary>An answer whose calls are its whole text, as the request's schema has it.</summary>
    private static readonly CallFormat Whole = new() { IsList = true, Separator = ',' };

    /// <summary>Names the parser of the plan's base in the plan, and the tokens that it needs to see.</summary>
    /// <param name="plan">Of the request.</param>
    /// <param name="wish">Of the request.</param>
    /// <param name="name">As the catalogue has it for the plan's base; null: it has none.</param>
    /// <exception cref="RequestFailedException">InvalidArgument: nobody could read the calls of this base.</exception>
    public Plan Onto(Plan plan, ToolWish wish, string? name)
    {
        if (!wish.IsOpen)
        {
            return plan;
        }

        // A remote model's calls come apart from its text, and are put into it in these marks.
        if (plan.Remote is not null)
        {
            return plan with { ToolParser = ToolFormats.Hermes };
        }

        // What has to be a call is JSON by its schema, whatever the model would write of itself.
        if (wish.Choice != ToolChoice.Auto)
        {
            return plan with { ToolParser = parsers.Find(name ?? "")?.Name ?? "" };
        }

        var parser = string.IsNullOrEmpty(name)
            ? throw Refused($"tools: base {plan.Base} has a chat template that knows nothing of tools, or writes calls as no parser here reads them; ask without tools or with tool_choice none")
            : parsers.Find(name) ?? throw Refused($"tools: base {plan.Base} has the tool_parser {name}, which this router doesn't have; known are {string.Join(", ", parsers.Names)}");
        return plan with { ToolParser = parser.Name, VisibleTokens = parser.Marks };
    }

    /// <param name="wish">Of the request.</param>
    /// <returns>Null where the answer is text and nothing else.</returns>
    public ToolAnswer? Begin(ToolWish wish) => wish.IsOpen ? new ToolAnswer(wish, plan => Start(wish, plan)) : null;

    private (IToolReader Reader, Func<int, string> IdOf) Start(ToolWish wish, Plan? plan)
    {
        var names = wish.Tools.Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        var parser = parsers.Find(plan?.ToolParser ?? "");
        var reader = wish.Choice switch
        {
            _ when plan?.Remote is not null => parser!.Start(names),
            ToolChoice.Named => new NamedCall(wish.Named),
            ToolChoice.Required => new CallText(Whole, names),
            _ => parser?.Start(names) ?? new CallText(new CallFormat { Mark = "" }, names),
        };
        return (reader, call => ToolIds.Of(plan?.RequestId ?? "", call, parser?.HasShortIds ?? false));
    }

    private static RequestFailedException Refused(string message) => new(FailureKind.InvalidArgument, message, "tools");
}
