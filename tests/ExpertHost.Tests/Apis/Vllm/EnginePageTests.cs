using ExpertCluster.ExpertHost.Apis.Vllm;
using ExpertCluster.TestSupport;

namespace ExpertCluster.ExpertHost.Tests.Apis.Vllm;

/// <summary>The table of fields in docs/vllm.md is made of the code. WRITE_FIELD_TABLE=1 writes it.</summary>
public sealed class EnginePageTests
{
    private const string Begin = "<!-- Made of src/ExpertHost/Apis/Vllm/EngineFields.cs: ExpertHost.Tests with WRITE_FIELD_TABLE=1. -->\n";
    private const string End = "<!-- End of what is made. -->\n";

    [Fact]
    public void Page_Fields_AreTheCodes()
    {
        string path = RepositoryRoot.Combine("docs", "vllm.md");
        string page = File.ReadAllText(path);
        string made = string.Concat("\n| field | |\n|---|---|\n", string.Concat(EngineFields.All.Select(Row)), "\n");
        int from = page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        int to = page.IndexOf(End, from, StringComparison.Ordinal);
        Assert.True(from >= Begin.Length && to >= from, "docs/vllm.md has no place for the table of fields");
        if (Environment.GetEnvironmentVariable("WRITE_FIELD_TABLE") is "1")
        {
            File.WriteAllText(path, page[..from] + made + page[to..]);
            return;
        }

        Assert.Equal(made, page[from..to]);
    }

    private static string Row(EngineField field)
    {
        string word = field.State switch
        {
            EngineFieldState.ChangesNothing => "changes nothing: ",
            EngineFieldState.Refused => "**refused**: ",
            _ => "",
        };
        return $"| `{field.Name}` | {word}{field.Note}{(field.Neutral.Length > 0 ? $" (taken: `{field.Neutral}`)" : "")} |\n";
    }
}
