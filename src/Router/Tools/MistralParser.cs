using ExpertCluster.Contracts.Tools;

namespace ExpertCluster.Router.Tools;

/// <summary>Mistral's models up to 2024: a token, and an array of calls behind it. Their templates refuse ids of calls that are not of nine letters and digits.</summary>
internal sealed class MistralParser : IToolParser
{
    private const string Mark = "[TOOL_CALLS]";

    private static readonly CallFormat Format = new() { Mark = Mark, IsList = true, Separator = ',' };

    public string Name => ToolFormats.Mistral;

    public IReadOnlyList<string> Marks { get; } = [Mark];

    public bool HasShortIds => true;

    public IToolReader Start(IReadOnlySet<string> tools) => new CallText(Format, tools);
}
