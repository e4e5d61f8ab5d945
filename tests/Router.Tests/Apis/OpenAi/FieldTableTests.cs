using ExpertCluster.Router.Apis.OpenAi;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Router.Tests.Apis.OpenAi;

/// <summary>The table of fields in docs/api.md is made of the code. WRITE_FIELD_TABLE=1 writes it.</summary>
public sealed class FieldTableTests
{
    private const string Begin = "<!-- Made of src/Router/Apis/OpenAi/RequestFields.cs: Router.Tests with WRITE_FIELD_TABLE=1. -->\n";
    private const string End = "<!-- End of what is made. -->\n";

    private static readonly string Page = RepositoryRoot.Combine("docs", "api.md");

    [Fact]
    public void Page_Table_IsTheCodes()
    {
        string page = File.ReadAllText(Page);
        int from = page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        int to = page.IndexOf(End, StringComparison.Ordinal);
        Assert.True(from >= Begin.Length && to >= from, "docs/api.md has no place for the table");
        if (Environment.GetEnvironmentVariable("WRITE_FIELD_TABLE") is "1")
        {
            File.WriteAllText(Page, page[..from] + Make() + page[to..]);
            return;
        }

        Assert.Equal(Make(), page[from..to]);
    }

    private static string Make() => string.Concat(
        "\n| field | of | |\n|---|---|---|\n",
        string.Concat(RequestFields.All.Select(f => $"| `{f.Name}` | {OwnerOf(f)} | {WordOf(f)}{f.Note}{NeutralOf(f)} |\n")),
        "\n");

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
