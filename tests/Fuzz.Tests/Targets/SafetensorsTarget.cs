using ExpertCluster.Fuzz.Engine;
using ExpertCluster.Fuzz.Grammars;
using ExpertCluster.Models.Checkpoints;

namespace ExpertCluster.Fuzz.Targets;

/// <summary>A whole safetensors file: its length field, its header, and the tensors as it says they lie.</summary>
internal sealed class SafetensorsTarget(string folder) : FileTarget(folder, TensorSet.SingleFile)
{
    public override string Name => "safetensors";

    public override int Executions => 14000;

    public override long MostAllocated(int length) => (4L << 20) + (500L * length);

    public override IReadOnlyList<string> Words => ["\"dtype\"", "\"F32\"", "\"F16\"", "\"BF16\"", "\"shape\"", "\"data_offsets\"", "\"__metadata__\"", "[", "]", "{", "}", ",", ":", "[0,4]", "[1]", "null"];

    public override IEnumerable<byte[]> Seeds()
    {
        var random = new Random(11);
        return Enumerable.Range(0, 8).Select(_ => new SafetensorsGrammar(random).Make());
    }

    public override byte[] Generate(Random random) => new SafetensorsGrammar(random).Make();

    public override Outcome Run(byte[] input)
    {
        Write(input);
        try
        {
            using var tensors = TensorSet.Open(new CheckpointFolder(Folder));
            foreach (string name in tensors.Names)
            {
                tensors.Read(name, 0, new float[tensors.Info(name).Elements]);
            }

            return Outcome.Taken;
        }
        catch (CheckpointException refused)
        {
            return Outcome.Refused(refused.Message);
        }
    }
}
