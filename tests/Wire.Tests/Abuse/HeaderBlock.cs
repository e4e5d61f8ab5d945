using System.Text;

namespace ExpertCluster.Wire.Tests.Abuse;

/// <summary>
/// Header blocks without a table of their own (RFC 7541): every field is a literal that is never indexed, no Huffman code.
/// Reads what Kestrel sends to a peer that allows no dynamic table.
/// </summary>
internal static class HeaderBlock
{
    // Those of the static table (RFC 7541, appendix A) that occur in answers to gRPC requests.
    private static readonly Dictionary<int, (string Name, string Value)> Static = new()
    {
        [8] = (":status", "200"),
        [12] = (":status", "400"),
        [28] = ("content-length", ""),
        [31] = ("content-type", ""),
        [33] = ("date", ""),
        [54] = ("server", ""),
    };

    public static byte[] Encode(IEnumerable<(string Name, string Value)> fields)
    {
        using var block = new MemoryStream();
        foreach (var (name, value) in fields)
        {
            block.WriteByte(0x10);
            WriteText(block, name);
            WriteText(block, value);
        }

        return block.ToArray();
    }

    public static Dictionary<string, string> Decode(ReadOnlySpan<byte> block)
    {
        var fields = new Dictionary<string, string>();
        int at = 0;
        while (at < block.Length)
        {
            byte first = block[at];
            if (first >= 0x80)
            {
                var (name, value) = Entry(ReadNumber(block, ref at, 7));
                fields[name] = value;
            }
            else if (first is >= 0x20 and < 0x40)
            {
                // A change of the table's size.
                ReadNumber(block, ref at, 5);
            }
            else
            {
                int index = ReadNumber(block, ref at, first >= 0x40 ? 6 : 4);
                string name = index == 0 ? ReadText(block, ref at) : Entry(index).Name;
                fields[name] = ReadText(block, ref at);
            }
        }

        return fields;
    }

    private static (string Name, string Value) Entry(int index) =>
        Static.TryGetValue(index, out var entry) ? entry : ($"#{index}", "");

    private static void WriteText(MemoryStream block, string text)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        int rest = bytes.Length;
        if (rest < 0x7F)
        {
            block.WriteByte((byte)rest);
        }
        else
        {
            block.WriteByte(0x7F);
            for (rest -= 0x7F; rest >= 0x80; rest >>= 7)
            {
                block.WriteByte((byte)(0x80 | (rest & 0x7F)));
            }

            block.WriteByte((byte)rest);
        }

        block.Write(bytes);
    }

    private static string ReadText(ReadOnlySpan<byte> block, ref int at)
    {
        Assert.True(block[at] < 0x80, "Kestrel sends no Huffman code; this reader knows none.");
        int length = ReadNumber(block, ref at, 7);
        string text = Encoding.Latin1.GetString(block.Slice(at, length));
        at += length;
        return text;
    }

    private static int ReadNumber(ReadOnlySpan<byte> block, ref int at, int prefixBits)
    {
        int most = (1 << prefixBits) - 1;
        int number = block[at++] & most;
        if (number < most)
        {
            return number;
        }

        int shift = 0;
        byte next;
        do
        {
            next = block[at++];
            number += (next & 0x7F) << shift;
            shift += 7;
        }
        while (next >= 0x80);
        return number;
    }
}
