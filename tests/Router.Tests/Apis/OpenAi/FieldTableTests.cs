using ExpertCluster.Router.Apis.Anthropic;
using ExpertCluster.Router.Apis.Encoders;
using ExpertCluster.Router.Apis.KServe;
using ExpertCluster.Router.Apis.OpenAi;
using ExpertCluster.Router.Apis.Responses;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Router.Tests.Apis.OpenAi;

/// <summary>The tables of fields in docs/api.md are made of the code. WRITE_FIELD_TABLE=1 writes them.</summary>
public sealed class FieldTableTests
{
    private const string End = "<!-- End of what is made. -->\n";

    private static readonly string Page = RepositoryRoot.Combine("docs", "api.md");

    [Fact]
    public void Page_ChatAndCompletions_IsTheCodes() => Check("OpenAi/RequestFields.cs", string.Concat(
        "\n| field | of | |\n|---|---|---|\n", string.Concat(RequestFields.All.Select(f => $"| `{f.Name}` | {OwnerOf(f)} | {WordOf(f)}{f.Note}{NeutralOf(f)} |\n")), "\n"));

    [Fact]
    public void Page_Messages_IsTheCodes() => Check("Anthropic/MessagesFields.cs", Make(MessagesFields.Table));

    [Fact]
    public void Page_Responses_IsTheCodes() => Check("Responses/ResponsesFields.cs", Make(ResponsesFields.Table));

    [Fact]
    public void Page_KServe_IsTheCodes() => Check("KServe/InferFields.cs", Make(InferFields.Table));

    [Fact]
    public void Page_Embeddings_IsTheCodes() => Check("Encoders/EmbeddingsFields.cs", Make(EmbeddingsFields.Table));

    [Fact]
    public void Page_Score_IsTheCodes() => Check("Encoders/ScoreFields.cs, Score", Make(ScoreFields.Score));

    [Fact]
    public void Page_Rerank_IsTheCodes() => Check("Encoders/ScoreFields.cs, Rerank", Make(ScoreFields.Rerank));

    private static void Check(string source, string made)
    {
        string begin = $"<!-- Made of src/Router/Apis/{source}: Router.Tests with WRITE_FIELD_TABLE=1. -->\n";
        string page = File.ReadAllText(Page);
        int from = page.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        int to = page.IndexOf(End, from, StringComparison.Ordinal);
        Assert.True(from >= begin.Length && to >= from, $"docs/api.md has no place for the table of {source}");
        if (Environment.GetEnvironmentVariable("WRITE_FIELD_TABLE") is "1")
        {
            File.WriteAllText(Page, page[..from] + made + page[to..]);
            return;
        }

        Assert.Equal(made, page[from..to]);
    }

    private static string Make(FieldTable table) => string.Concat("\n| field | |\n|---|---|\n", string.Concat(table.All.Select(f => $"| `{f.Name}` | {WordOf(f)}{f.Note}{NeutralOf(f)} |\n")), "\n");

    private static string OwnerOf(RequestField field) => field is { InChat: true, InCompletions: true } ? "both" : field.InChat ? "chat" : "completions";

    private static string WordOf(RequestField field) => field.State switch
    {
        FieldState.ChangesNothing => "changes nothing: ",
        FieldState.Refused => "**refused**: ",
        _ => "",
    };

    private static string NeutralOf(RequestField field) =>
        field.Neutral.Count == 0 ? "" : $" (taken: {string.Join(", ", field.Neutral.Select(n => $"`{n.GetRawText()}`"))})";
}
