using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;

namespace ExpertCluster.Fuzz.Engine;

/// <summary>The input that is being tried, in a file that outlives the process: what it died of.</summary>
internal sealed class InputRecord : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly int _longest;

    public InputRecord(string path, int longest)
    {
        _longest = longest;
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Create, null, sizeof(int) + longest);
        _view = _file.CreateViewAccessor();
    }

    public void Write(byte[] input)
    {
        int length = Math.Min(input.Length, _longest);
        _view.WriteArray(sizeof(int), input, 0, length);
        _view.Write(0, length);
    }

    public static byte[] Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        return bytes[sizeof(int)..(sizeof(int) + BinaryPrimitives.ReadInt32LittleEndian(bytes))];
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
