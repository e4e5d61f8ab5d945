using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ExpertCluster.Models.Tests.Npm;

/// <summary>
/// Runs the reference implementations in Node.js. The pinned packages are installed once for each state of the lock
/// file, below artifacts/, whichever test process comes first.
/// </summary>
internal static class NpmReference
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private static readonly Lazy<string> Directory = new(Install);

    public static string RepositoryRoot { get; } = FindRoot();

    private static string Scripts => Path.Combine(RepositoryRoot, "tests", "Models.Tests", "npm");

    /// <summary>Gives a script its request (the packages' directory added) and returns its answer.</summary>
    public static T Ask<T>(string script, Dictionary<string, object> request)
    {
        request["directory"] = Directory.Value;
        var answer = Run("node", [Path.Combine(Scripts, script)], Scripts, JsonSerializer.Serialize(request, Json));
        return JsonSerializer.Deserialize<T>(answer, Json)!;
    }

    private static string Install()
    {
        var lockFile = File.ReadAllBytes(Path.Combine(Scripts, "package-lock.json"));
        var target = Path.Combine(
            RepositoryRoot, "artifacts", "npm", "Models.Tests", Convert.ToHexStringLower(SHA256.HashData(lockFile))[..16]);
        System.IO.Directory.CreateDirectory(target);
        var done = Path.Combine(target, "installed");

        // Whoever holds the file installs; others wait at it. Its content tells a finished installation from a cut one.
        using var turn = OpenExclusively(done);
        if (turn.Length == 0)
        {
            File.Copy(Path.Combine(Scripts, "package.json"), Path.Combine(target, "package.json"), overwrite: true);
            File.WriteAllBytes(Path.Combine(target, "package-lock.json"), lockFile);
            Run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], target, input: "");
            turn.WriteByte(1);
        }

        return target;
    }

    private static FileStream OpenExclusively(string path)
    {
        var patience = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (patience.Elapsed < TimeSpan.FromMinutes(5))
            {
                Thread.Yield();
            }
        }
    }

    private static string Run(string program, string[] arguments, string directory, string input)
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = utf8,
            StandardOutputEncoding = utf8,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        var text = output.GetAwaiter().GetResult();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {errors.GetAwaiter().GetResult()}");
        return text;
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ExpertCluster.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("ExpertCluster.sln is in no folder above the tests.");
    }
}
