using System.Globalization;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Desired;
using ExpertCluster.V1;

namespace ExpertCluster.Router.Apis.Admin;

/// <summary>Who changed what, and when, the newest first.</summary>
internal sealed class ChangeList(DesiredStates desired)
{
    /// <exception cref="RequestFailedException">The page's size or token is not allowed.</exception>
    public ListChangesResponse Of(ListChangesRequest request)
    {
        var state = desired.Current;
        long before = request.PageToken.Length == 0 ? long.MaxValue
            : long.TryParse(request.PageToken, NumberStyles.None, CultureInfo.InvariantCulture, out long version) ? version
            : throw new RequestFailedException(Failure.Invalid("page_token", "page_token is none that a list gave"));
        var records = state.Changes.Reverse().SkipWhile(c => c.Version >= before).Select(c => new ChangeRecord
        {
            Version = c.Version,
            AtUnixMs = c.At.ToUnixTimeMilliseconds(),
            By = c.By,
            What = c.What,
            Subject = c.Subject,
            Details = c.Details,
            Reason = c.Reason,
        });
        var (page, next) = Pages.Take(records, Pages.SizeOf(request.PageSize), c => c.Version.ToString(CultureInfo.InvariantCulture));
        return new ListChangesResponse { Changes = { page }, NextPageToken = next, Version = state.Version };
    }
}
