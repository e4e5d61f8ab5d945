using System.Buffers.Binary;
using System.Text;
using ExpertCluster.Models.Checkpoints;
using ExpertCluster.Models.Tests.Support;
using ExpertCluster.Reference;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Models.Tests.Checkpoints;

public sealed class SafetensorsFileTests : IDisposable
{
    private const string Name = "x.safetensors";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("F32", 0)]
    [InlineData("F16", 1e-3)]
    [InlineData("BF16", 1e-2)]
    public void Read_EachType_GivesTheValues(string type, double tolerance)
    {
        float[] values = [0, 1, -2.5f, 3.14159f, 1000.5f, -0.001f];
        SafetensorsWriter.Write(_folder[Name], [("a", [2], [7, 8]), ("b", [2, 3], values)], type);
        using var file = Open();
        var tensor = file.Tensors["b"];
        float[] read = new float[6];
        file.Read(tensor, 0, read);

        Assert.Equal([2, 3], tensor.Shape);
        for (int i = 0; i < read.Length; i++)
        {
            Assert.Equal(values[i], read[i], Math.Abs(values[i]) * tolerance);
        }
    }

    [Fact]
    public void Read_FromTheMiddleAcrossChunks_GivesThosePlaces()
    {
        float[] values = [.. Enumerable.Range(0, 700_000).Select(i => (float)i)];
        SafetensorsWriter.Write(_folder[Name], [("a", [700, 1000], values)]);
        using var file = Open();
        float[] read = new float[600_000];
        file.Read(file.Tensors["a"], 50_000, read);

        Assert.Equal(values[50_000..650_000], read);
    }

    [Fact]
    public void Read_PastTheTensor_Throws()
    {
        SafetensorsWriter.Write(_folder[Name], [("a", [2], [1, 2])]);
        using var file = Open();
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Read(file.Tensors["a"], 1, new float[2]));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Read_NotFinite_NamesTheTensor(float bad)
    {
        SafetensorsWriter.Write(_folder[Name], [("a", [2], [1, bad])]);
        using var file = Open();
        Failure.Of(() => file.Read(file.Tensors["a"], 0, new float[2]), Name, "a", "not finite");
    }

    [Fact]
    public void Read_FileShortenedAfterOpening_Throws()
    {
        SafetensorsWriter.Write(_folder[Name], [("a", [1000], new float[1000])]);
        using var file = Open();
        using (FileStream other = new(_folder[Name], FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            other.SetLength(200);
        }

        Failure.Of(() => file.Read(file.Tensors["a"], 0, new float[1000]), Name, null, "ended before");
    }

    [Fact]
    public void Open_NoTensors_IsEmpty()
    {
        SafetensorsWriter.WriteRaw(_folder[Name], "{}"u8, []);
        using var file = Open();
        Assert.Empty(file.Tensors);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "a", "outside")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 12, "header", "4 bytes after")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "a", "outside")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "a", "does not fill")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "a", "gap of 4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "b", "overlaps")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8, "b", "overlaps")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}""", 8, "a", "overflows")]
    [InlineData("""{"a":{"dtype":"F32","shape":[9223372036854775807],"data_offsets":[0,8]}}""", 8, "a", "does not fill")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "a", "no count")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,9223372036854775807]}}""", 8, "a", "outside")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1e99],"data_offsets":[0,8]}}""", 8, "a", "no count")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,2],"data_offsets":[0,8]}}""", 8, "a", "at most 8")]
    [InlineData("""{"a":{"dtype":"F32","data_offsets":[0,8]}}""", 8, "a", "shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", 8, "a", "data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}""", 8, "a", "data_offsets")]
    [InlineData("""{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}""", 8, "a", "I64")]
    [InlineData("""{"a":{"dtype":3,"shape":[1],"data_offsets":[0,8]}}""", 8, "dtype", "string")]
    [InlineData("""{"a":5}""", 0, "a", "object")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "header", "JSON")]
    [InlineData("""[]""", 0, "header", "object")]
    [InlineData("""{"a":""", 0, "header", "JSON")]
    [InlineData("""{"\ud800":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8, "header", "JSON")]
    public void Open_MalformedHeader_NamesFileAndTensor(string header, int dataBytes, string field, string part)
    {
        SafetensorsWriter.WriteRaw(_folder[Name], Encoding.UTF8.GetBytes(header), new byte[dataBytes]);
        Failure.Of(() => Open().Dispose(), Name, field, part);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(100_000_001UL)]
    [InlineData(9_000UL)]
    public void Open_HeaderLengthBeyondFileOrLimit_Throws(ulong length)
    {
        byte[] file = new byte[64];
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);
        File.WriteAllBytes(_folder[Name], file);
        Failure.Of(() => Open().Dispose(), Name, "header", $"{length}");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void Open_ShorterThanALengthField_Throws(int bytes)
    {
        File.WriteAllBytes(_folder[Name], new byte[bytes]);
        Failure.Of(() => Open().Dispose(), Name, "header", "fewer than 8");
    }

    [Fact]
    public void Open_RandomlyDamaged_ThrowsNothingElse()
    {
        SafetensorsWriter.Write(_folder["good"], [("a", [4, 2], new float[8]), ("b", [3], new float[3])]);
        byte[] good = File.ReadAllBytes(_folder["good"]);
        Random random = new(5);
        int refused = 0;
        for (int round = 0; round < 3000; round++)
        {
            byte[] bad = [.. good];
            for (int n = random.Next(1, 4); n > 0; n--)
            {
                bad[random.Next(bad.Length)] = (byte)random.Next(256);
            }

            if (random.Next(4) == 0)
            {
                Array.Resize(ref bad, random.Next(bad.Length));
            }

            File.WriteAllBytes(_folder[Name], bad);
            try
            {
                using var file = Open();
                foreach (var tensor in file.Tensors.Values)
                {
                    file.Read(tensor, 0, new float[tensor.Elements]);
                }
            }
            catch (CheckpointException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1000, 3000);
    }

    private SafetensorsFile Open() => SafetensorsFile.Open(new CheckpointFolder(_folder.Path), Name);
}
