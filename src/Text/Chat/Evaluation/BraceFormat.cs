using System.Globalization;
using System.Text;

namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>str.format() with fields by place and by name, without attributes, conversions and specifications: templates that go beyond are refused.</summary>
internal static class BraceFormat
{
    public static string Of(string format, CallContext call)
    {
        object?[] values = [.. call.Arguments.Select(argument => argument.Value.Evaluate(call.Frame))];
        var text = new StringBuilder();
        int next = 0;
        for (int i = 0; i < format.Length; i++)
        {
            char c = format[i];
            if (c is '{' or '}' && i + 1 < format.Length && format[i + 1] == c)
            {
                text.Append(c);
                i++;
            }
            else if (c == '{')
            {
                int end = format.IndexOf('}', i);
                string field = end < 0 ? throw call.Error("has a field without an end") : format[(i + 1)..end];
                string part = PythonText.Of(Field(field, values, ref next, call), call.Frame.Budget);
                RenderBudget.CheckLength((long)text.Length + part.Length);
                call.Frame.Budget.Text(part.Length);
                text.Append(part);
                i = end;
            }
            else if (c == '}')
            {
                throw call.Error("has a } that closes nothing");
            }
            else
            {
                text.Append(c);
            }
        }

        return text.ToString();
    }

    private static object? Field(string field, object?[] values, ref int next, CallContext call)
    {
        if (field.Length == 0)
        {
            return Place(next++, values, call);
        }

        if (int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out int place))
        {
            return Place(place, values, call);
        }

        int at = call.Arguments.ToList().FindIndex(argument => argument.Name == field);
        return at >= 0 ? values[at] : throw call.Error($"has no argument for {{{field}}}, or does more with it than writing it, which is not supported");
    }

    private static object? Place(int place, object?[] values, CallContext call) =>
        place < values.Length && call.Arguments[place].Name is null ? values[place] : throw call.Error($"has no argument number {place}");
}
