using System.Text.Json;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Text.Tests.Support;

/// <summary>Runs the reference implementations, pinned npm packages, in Node.js.</summary>
internal static class NpmReference
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private static readonly Lazy<string> Packages = new(() => NpmPackages.Install("Text.Tests"));

    /// <summary>Gives a script its request (the packages' directory added) and returns its answer.</summary>
    public static T Ask<T>(string script, Dictionary<string, object> request)
    {
        request["directory"] = Packages.Value;
        string path = RepositoryRoot.Combine("tests", "Text.Tests", "npm", script);
        return JsonSerializer.Deserialize<T>(Tool.Run("node", [path], input: JsonSerializer.Serialize(request, Json)), Json)!;
    }
}
