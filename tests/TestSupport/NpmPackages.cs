using System.Diagnostics;
using System.Security.Cryptography;

namespace ExpertCluster.TestSupport;

/// <summary>
/// Packages of the npm registry for one test project, pinned by the lock file in its folder `npm`. Installed once for each
/// state of that file, below artifacts/, whichever test process comes first.
/// </summary>
public static class NpmPackages
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>The folder whose node_modules holds the packages.</summary>
    /// <param name="project">The test project's folder name.</param>
    public static string Install(string project)
    {
        Tool.Require("node", "npm");
        string source = RepositoryRoot.Combine("tests", project, "npm");
        byte[] lockFile = File.ReadAllBytes(Path.Combine(source, "package-lock.json"));
        string target = RepositoryRoot.Combine("artifacts", "npm", project, Convert.ToHexStringLower(SHA256.HashData(lockFile))[..16]);
        Directory.CreateDirectory(target);

        // Whoever holds the file installs; others wait at it. Its content tells a finished installation from a cut one.
        using var turn = OpenExclusively(Path.Combine(target, "installed"));
        if (turn.Length == 0)
        {
            File.Copy(Path.Combine(source, "package.json"), Path.Combine(target, "package.json"), overwrite: true);
            File.WriteAllBytes(Path.Combine(target, "package-lock.json"), lockFile);
            Tool.Run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], target);
            turn.WriteByte(1);
        }

        return target;
    }

    private static FileStream OpenExclusively(string path)
    {
        long start = Stopwatch.GetTimestamp();
        var wait = new SpinWait();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (Stopwatch.GetElapsedTime(start) < Patience)
            {
                wait.SpinOnce();
            }
        }
    }
}
