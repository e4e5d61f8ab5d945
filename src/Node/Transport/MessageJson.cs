using System.Collections;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace ExpertCluster.Node.Transport;

/// <summary>
/// Messages as plain JSON: every field by its name in the contract, absent ones as their defaults, numbers as numbers and enums as their
/// word in small letters. protobuf's own mapping writes 64-bit numbers as text and leaves defaults out; people and scripts read this.
/// </summary>
public static class MessageJson
{
    private const string Unspecified = "UNSPECIFIED";

    public static void Write(Utf8JsonWriter json, IMessage message)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(message);
        json.WriteStartObject();
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            json.WritePropertyName(field.Name);
            object value = field.Accessor.GetValue(message);
            if (field.IsRepeated)
            {
                WriteAll(json, field, (IEnumerable)value);
            }
            else
            {
                WriteOne(json, field, value);
            }
        }

        json.WriteEndObject();
    }

    private static void WriteAll(Utf8JsonWriter json, FieldDescriptor field, IEnumerable values)
    {
        json.WriteStartArray();
        foreach (object value in values)
        {
            WriteOne(json, field, value);
        }

        json.WriteEndArray();
    }

    private static void WriteOne(Utf8JsonWriter json, FieldDescriptor field, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case IMessage message:
                Write(json, message);
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case int number:
                json.WriteNumberValue(number);
                break;
            case long number:
                json.WriteNumberValue(number);
                break;
            case double number:
                json.WriteNumberValue(number);
                break;
            case Enum:
                json.WriteStringValue(WordOf(field.EnumType, (int)value));
                break;
            default:
                throw new NotSupportedException($"{field.FullName} is a {field.FieldType}, which has no JSON here yet.");
        }
    }

    /// <summary>Without the prefix that all values of an enum have: that of the first, which ends in UNSPECIFIED.</summary>
    private static string WordOf(EnumDescriptor type, int number)
    {
        string prefix = type.Values[0].Name.Replace(Unspecified, "", StringComparison.Ordinal);
        string name = type.FindValueByNumber(number)?.Name ?? prefix + Unspecified;
#pragma warning disable CA1308 // The word is meant to be read, not compared.
        return name[prefix.Length..].ToLowerInvariant();
#pragma warning restore CA1308
    }
}
