using System.Runtime.InteropServices;
using ExpertCluster.Inference.Stepping.Weights;
using ExpertCluster.Sessions;
using ExpertCluster.TestSupport;
using Xunit.Sdk;

namespace ExpertCluster.Inference.Tests.Leaks;

/// <summary>That a leak of each kind would be seen: one is planted.</summary>
[Collection(nameof(Alone))]
public sealed class GrowthTests : IDisposable
{
    private const int Rounds = 20;

    private readonly TemporaryFolder _folder = new();
    private readonly List<object> _left = [];

    public void Dispose()
    {
        foreach (var left in _left.OfType<IDisposable>())
        {
            left.Dispose();
        }

        _folder.Dispose();
    }

    [Fact]
    public Task AssertNoneAsync_NothingLeft_Passes() => Growth.AssertNoneAsync(_folder.Path, Rounds, () =>
    {
        using var lifetime = new Lifetime(this, () => { });
        using var file = Open();
        using var map = new MappedFile(file);
    });

    [Fact]
    public Task AssertNoneAsync_LifetimeLeft_Fails() => AssertSeenAsync(() => _left.Add(new Lifetime(this, () => { })), "leaves 1.00 counted");

    [Fact]
    public Task AssertNoneAsync_DescriptorLeft_Fails() => AssertSeenAsync(() => _left.Add(Open()), "leaves 1.00 counted");

    [Fact]
    public Task AssertNoneAsync_MapLeft_Fails() => AssertSeenAsync(() => _left.Add(new MappedFile(Open())), "leaves 2.00 counted");

    [Fact]
    public Task AssertNoneAsync_SmallNativeObjectLeft_Fails() =>
        AssertSeenAsync(() => _left.Add(new Block()), "leaves 0.00 counted");

    [Fact]
    public Task AssertNoneAsync_SmallManagedObjectLeft_Fails() => AssertSeenAsync(() => _left.Add(new byte[48]), "leaves 0.00 counted");

    private async Task AssertSeenAsync(Action leak, string named) => Assert.Contains(
        named,
        (await Assert.ThrowsAnyAsync<XunitException>(() => Growth.AssertNoneAsync(_folder.Path, Rounds, leak))).Message,
        StringComparison.Ordinal);

    private FileStream Open()
    {
        // Without a buffer it holds nothing but its descriptor.
        var file = new FileStream(_folder["file"], FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 1);
        file.SetLength(100);
        return file;
    }

    private sealed unsafe class Block : IDisposable
    {
        private readonly void* _start = NativeMemory.Alloc(56);

        public void Dispose() => NativeMemory.Free(_start);
    }
}
