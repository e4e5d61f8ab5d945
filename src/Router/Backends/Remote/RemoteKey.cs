using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Files;

namespace ExpertCluster.Router.Backends.Remote;

/// <summary>The key of an endpoint, where it stands now. It goes into one header, and no message and no log says it.</summary>
internal static class RemoteKey
{
    private const int Longest = 16 << 10;

    /// <returns>Null: the endpoint wants none.</returns>
    /// <exception cref="RemoteException">There is none where it should be, or none that a header can carry. What is wrong, and where, is the operator's to see.</exception>
    public static string? Read(RemoteModel model, Action<string> trouble)
    {
        if (model is { KeyVariable: "", KeyFile: "" })
        {
            return null;
        }

        string place = model.KeyVariable.Length > 0 ? $"the environment variable {model.KeyVariable}" : $"the file {model.KeyFile}";
        string key = model.KeyVariable.Length > 0 ? Environment.GetEnvironmentVariable(model.KeyVariable) ?? "" : OfFile(model.KeyFile, trouble);
        key = key.Trim();
        if (key.Length is > 0 and <= Longest && key.All(c => c is > ' ' and < (char)127))
        {
            return key;
        }

        trouble($"{place} holds no key: 1 to {Longest} printable characters are needed");
        throw new RemoteException(FailureKind.Unavailable, "has no key that this router could show it") { Outcome = RemoteFailures.Refused };
    }

    private static string OfFile(string file, Action<string> trouble)
    {
        try
        {
            return RegularFile.ReadAllText(file, Longest);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            trouble(error.Message);
            return "";
        }
    }
}
