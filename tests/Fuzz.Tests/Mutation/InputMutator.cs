using ExpertCluster.Fuzz.Engine;

namespace ExpertCluster.Fuzz.Mutation;

/// <summary>Makes an input of one or two others.</summary>
internal sealed class InputMutator(FuzzTarget target, Random random)
{
    private const int MostChanges = 6;

    private readonly ByteMutator _bytes = new(random, target.Words);
    private readonly JsonMutator _json = new(random, target.Words);

    /// <param name="input">Stays as it is.</param>
    /// <param name="other">Parts are taken of it.</param>
    public byte[] Mutate(byte[] input, byte[] other)
    {
        byte[] made = input;
        if (target.IsJson && random.Next(4) > 0)
        {
            made = _json.Mutate(input, other) ?? made;
        }

        if (ReferenceEquals(made, input) || random.Next(8) == 0)
        {
            for (int changes = random.Next(2) == 0 ? 1 : 1 + random.Next(MostChanges); changes > 0; changes--)
            {
                made = _bytes.Mutate(made, other);
            }
        }

        return made.Length <= target.LongestInput ? made : made[..target.LongestInput];
    }
}
