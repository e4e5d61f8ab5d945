using ExpertCluster.Contracts.Tools;

namespace ExpertCluster.Router.Tools;

/// <summary>Hermes 2 and 3, Qwen 2.5 and 3: each call between tags of its own, as their chat templates ask for.</summary>
internal sealed class HermesParser : IToolParser
{
    private const string Mark = "<tool_call>";
    private const string EndMark = "</tool_call>";

    private static readonly CallFormat Format = new() { Mark = Mark, EndMark = EndMark };

    public string Name => ToolFormats.Hermes;

    public IReadOnlyList<string> Marks { get; } = [Mark, EndMark];

    public IToolReader Start(IReadOnlySet<string> tools) => new CallText(Format, tools);
}
