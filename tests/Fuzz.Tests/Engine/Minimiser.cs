namespace ExpertCluster.Fuzz.Engine;

/// <summary>Makes an input shorter as long as it shows the same fault: leaves out halves, quarters, and so on down to bytes.</summary>
internal static class Minimiser
{
    private const int MostTries = 1500;

    public static byte[] Shorten(byte[] input, Func<byte[], bool> isSame)
    {
        int tries = 0;
        for (int part = input.Length / 2; part > 0 && tries < MostTries; part /= 2)
        {
            for (int at = 0; at + part <= input.Length && tries < MostTries;)
            {
                byte[] shorter = [.. input.AsSpan(0, at), .. input.AsSpan(at + part)];
                tries++;
                if (isSame(shorter))
                {
                    input = shorter;
                }
                else
                {
                    at += part;
                }
            }
        }

        return input;
    }
}
