using ExpertCluster.Contracts.Failures;
using Google.Protobuf;

namespace ExpertCluster.Router.Apis.Admin;

/// <summary>How much one message of a list holds: so many entries, and so many bytes that any client takes it.</summary>
internal static class Pages
{
    public const int Most = 1000;

    private const int Default = 100;

    /// <summary>A quarter of what gRPC's clients take unless they are told otherwise; one entry more may stand behind it.</summary>
    private const int MostBytes = 1 << 20;

    /// <exception cref="RequestFailedException">It is none that is allowed.</exception>
    public static int SizeOf(int asked) => asked switch
    {
        0 => Default,
        >= 1 and <= Most => asked,
        _ => throw new RequestFailedException(Failure.Invalid("page_size", $"page_size is {asked}; it must be 1 to {Most}, or 0 for {Default}")),
    };

    /// <summary>Whether there is room for one more.</summary>
    public static bool HasRoom(int entries, int bytes, int size) => entries < size && bytes < MostBytes;

    /// <param name="all">What is left, by name; no more of it is made than needed.</param>
    /// <param name="size">Most entries.</param>
    /// <param name="nameOf">An entry's name.</param>
    /// <returns>The next page, and its last name where another one follows.</returns>
    public static (IReadOnlyList<T> Page, string Next) Take<T>(IEnumerable<T> all, int size, Func<T, string> nameOf)
        where T : IMessage
    {
        List<T> page = [];
        int bytes = 0;
        foreach (var entry in all)
        {
            if (!HasRoom(page.Count, bytes, size))
            {
                return (page, nameOf(page[^1]));
            }

            page.Add(entry);
            bytes += entry.CalculateSize();
        }

        return (page, "");
    }
}
