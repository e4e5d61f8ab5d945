using System.Text;

namespace Prometheus;

/// <summary>Escapes as the text formats want it.</summary>
internal static class LabelText
{
    public static byte[] Encode(
        string[] names, string[] values, IReadOnlyList<KeyValuePair<string, string>> staticLabels)
    {
        var text = new StringBuilder();
        for (var i = 0; i < names.Length; i++)
        {
            Append(text, names[i], values[i]);
        }

        foreach (var (name, value) in staticLabels)
        {
            Append(text, name, value);
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Help text: backslash and line feed; quotes only in OpenMetrics.</summary>
    public static byte[] EncodeHelp(string help, bool escapeQuotes)
    {
        var text = help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(escapeQuotes ? text.Replace("\"", "\\\"", StringComparison.Ordinal) : text);
    }

    private static void Append(StringBuilder text, string name, string value)
    {
        if (text.Length > 0)
        {
            text.Append(',');
        }

        text.Append(name).Append("=\"");
        foreach (var c in value)
        {
            _ = c switch
            {
                '\\' => text.Append(@"\\"),
                '\n' => text.Append(@"\n"),
                '"' => text.Append("\\\""),
                _ => text.Append(c),
            };
        }

        text.Append('"');
    }
}
