using System.Text.Json;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Text.Tests.Support;

/// <summary>Jinja itself (Debian's python3-jinja2), set up as transformers does it.</summary>
internal static class Jinja
{
    // Not the first python3 of the path: only Debian's sees Debian's packages.
    private const string Python = "/usr/bin/python3";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    static Jinja() => Tool.Require("python3-jinja2");

    public static IReadOnlyList<JinjaAnswer> Render(IEnumerable<JinjaCase> cases)
    {
        string script = RepositoryRoot.Combine("tests", "Text.Tests", "python", "render.py");
        string input = JsonSerializer.Serialize(new { cases }, Json);
        return JsonSerializer.Deserialize<JinjaAnswer[]>(Tool.Run(Python, ["-B", script], input: input), Json)!;
    }
}

/// <param name="Template">Its text.</param>
/// <param name="Variables">All that it sees beside its functions.</param>
/// <param name="Now">Seconds since 1970, for strftime_now.</param>
internal sealed record JinjaCase(string Template, object Variables, long Now = 0);

/// <param name="Text">What it renders; null where it fails.</param>
/// <param name="Error">Of what kind, and why.</param>
/// <param name="Raised">By the template's own raise_exception.</param>
internal sealed record JinjaAnswer(string? Text, string? Error, bool Raised);
