using System.Text;
using ExpertCluster.Fuzz.Engine;
using ExpertCluster.Models.Checkpoints;

namespace ExpertCluster.Fuzz.Targets;

/// <summary>model.safetensors.index.json: which file each tensor is in.</summary>
internal sealed class ShardIndexTarget : FileTarget
{
    public ShardIndexTarget(string folder)
        : base(folder, TensorSet.IndexFile)
    {
        byte[] header = Encoding.UTF8.GetBytes("""{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""");
        System.IO.File.WriteAllBytes(Path.Combine(folder, "a.safetensors"), [.. BitConverter.GetBytes((long)header.Length), .. header, 0, 0, 0, 0]);
    }

    public override string Name => "shard-index";

    public override int Executions => 10000;

    public override bool IsJson => true;

    public override long MostAllocated(int length) => (2L << 20) + (500L * length);

    public override IReadOnlyList<string> Words => ["weight_map", "t", "a.safetensors", "../a.safetensors", "b", "metadata", "total_size", TensorSet.IndexFile, "."];

    public override IEnumerable<byte[]> Seeds() => [Encoding.UTF8.GetBytes("""{"metadata":{"total_size":4},"weight_map":{"t":"a.safetensors"}}""")];

    public override Outcome Run(byte[] input)
    {
        Write(input);
        try
        {
            using var tensors = TensorSet.Open(new CheckpointFolder(Folder));
            return Outcome.Taken;
        }
        catch (CheckpointException refused)
        {
            return Outcome.Refused(refused.Message);
        }
    }
}
