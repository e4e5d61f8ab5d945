namespace ExpertCluster.Catalogue;

/// <summary>Folders of this product in a user's home, by the XDG base directory specification.</summary>
public static class UserFolder
{
    private const string Own = "expertcluster";

    /// <param name="ownVariable">Names the folder itself.</param>
    /// <param name="sharedVariable">Names the folder in which programs have theirs. The specification has relative paths ignored.</param>
    /// <param name="usual">Below the user's home, where neither is set.</param>
    public static string Of(string ownVariable, string sharedVariable, string usual)
    {
        if (Environment.GetEnvironmentVariable(ownVariable) is { Length: > 0 } folder)
        {
            return Path.GetFullPath(folder);
        }

        return Environment.GetEnvironmentVariable(sharedVariable) is { } shared && Path.IsPathRooted(shared)
            ? Path.Combine(shared, Own)
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), usual, Own);
    }
}
