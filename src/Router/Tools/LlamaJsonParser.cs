using ExpertCluster.Contracts.Tools;

namespace ExpertCluster.Router.Tools;

/// <summary>Llama 3.1 to 3.3: the whole answer is a call in JSON, or several with semicolons between them; some models put a token before it.</summary>
internal sealed class LlamaJsonParser : IToolParser
{
    private const string Mark = "<|python_tag|>";

    private static readonly CallFormat Format = new() { Mark = Mark, OpensBare = true, Separator = ';' };

    public string Name => ToolFormats.LlamaJson;

    public IReadOnlyList<string> Marks { get; } = [Mark];

    public IToolReader Start(IReadOnlySet<string> tools) => new CallText(Format, tools);
}
