using System.Buffers.Binary;
using System.Reflection.PortableExecutable;
using System.Text;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Deploy.Tests.Publishing;

/// <summary>What build/publish.sh wrote, which the Dockerfile copies as it is.</summary>
internal sealed class PublishedFolder : IDisposable
{
    /// <summary>.NET's own native files, by the start of their names.</summary>
    private static readonly string[] Framework = ["createdump", "libSystem.", "libclr", "libcoreclr", "libhost", "libmscor"];

    private readonly TemporaryFolder _folder = new();

    private PublishedFolder()
    {
    }

    public string Path => _folder.Path;

    public IReadOnlyList<string> Files => [.. Directory.GetFiles(Path).Select(file => System.IO.Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    public IReadOnlyList<string> Folders => Directory.GetDirectories(Path);

    public long Bytes => Files.Sum(file => new FileInfo(_folder[file]).Length);

    /// <summary>Native files beside .NET's own: the programs, and ONNX Runtime's.</summary>
    public IEnumerable<string> OurNatives => Elves.Select(elf => elf.File).Where(file => !Framework.Any(start => file.StartsWith(start, StringComparison.Ordinal)));

    /// <summary>All native files with the processor that each is for: e_machine of elf.h, 62 x86-64, 183 AArch64.</summary>
    public IEnumerable<(string File, int Machine)> Elves => Files.Select(file => (file, Machine(_folder[file]))).Where(elf => elf.Item2 != 0);

    /// <summary>Files of Windows or macOS: libraries that are not managed, and what their linkers read.</summary>
    public IEnumerable<string> OfOtherSystems => Files.Where(file =>
        System.IO.Path.GetExtension(file) is ".dylib" or ".lib" or ".exe" or ".aar" or ".a"
        || (file.EndsWith(".dll", StringComparison.Ordinal) && !IsManaged(_folder[file])));

    /// <param name="system">As the script takes it.</param>
    /// <param name="library">The same.</param>
    /// <param name="compiled">Whether ahead of time, as the Dockerfile does: minutes of processor time.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<PublishedFolder> MakeAsync(string system, string library, bool compiled, CancellationToken cancellationToken)
    {
        var published = new PublishedFolder();
        try
        {
            _ = await Tool.RunAsync(
                "env", [$"READY_TO_RUN={(compiled ? "true" : "false")}", RepositoryRoot.Combine("build", "publish.sh"), published.Path, system, library], cancellationToken: cancellationToken);
            return published;
        }
        catch
        {
            published.Dispose();
            throw;
        }
    }

    /// <summary>Whether a library's methods were compiled ahead of time.</summary>
    public bool IsCompiled(string library)
    {
        using var reader = new PEReader(File.OpenRead(_folder[library]));
        return reader.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0;
    }

    /// <summary>The major version of CUDA whose libraries the GPU provider asks the loader for.</summary>
    public string CudaMajor()
    {
        var needed = "libcublasLt.so."u8;
        ReadOnlySpan<byte> content = File.ReadAllBytes(_folder["libonnxruntime_providers_cuda.so"]);
        var version = content[(content.IndexOf(needed) + needed.Length)..];
        return Encoding.ASCII.GetString(version[..version.IndexOf((byte)0)]);
    }

    public void Dispose() => _folder.Dispose();

    private static bool IsManaged(string path)
    {
        using var reader = new PEReader(File.OpenRead(path));
        return reader.HasMetadata;
    }

    /// <summary>0: no ELF file.</summary>
    private static int Machine(string path)
    {
        Span<byte> head = stackalloc byte[20];
        using var file = File.OpenRead(path);
        return file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length && head.StartsWith("\u007fELF"u8)
            ? BinaryPrimitives.ReadUInt16LittleEndian(head[18..])
            : 0;
    }
}
