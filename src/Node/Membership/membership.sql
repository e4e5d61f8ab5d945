-- What the database clustering of Orleans 10.4 needs in PostgreSQL: it loads its queries by key from OrleansQuery, and calls
-- them with the parameters named here. Each change of membership moves the version from the one its writer read, in one
-- statement: who comes second changes nothing and is told so.

CREATE TABLE IF NOT EXISTS OrleansQuery (
    QueryKey varchar(64) PRIMARY KEY,
    QueryText text NOT NULL
);

CREATE TABLE IF NOT EXISTS MembershipVersion (
    DeploymentId varchar(150) PRIMARY KEY,
    Version integer NOT NULL DEFAULT 0
);

CREATE TABLE IF NOT EXISTS Membership (
    DeploymentId varchar(150) NOT NULL,
    Address varchar(45) NOT NULL,
    Port integer NOT NULL,
    Generation integer NOT NULL,
    SiloName varchar(150) NOT NULL,
    HostName varchar(253) NOT NULL,
    Status integer NOT NULL,
    ProxyPort integer NOT NULL,
    SuspectTimes text,
    StartTime timestamptz NOT NULL,
    IAmAliveTime timestamptz NOT NULL,
    PRIMARY KEY (DeploymentId, Address, Port, Generation)
);

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
('ExpertClusterRevision', '1'),
('InsertMembershipVersionKey', $query$
    WITH made AS (
        INSERT INTO MembershipVersion (DeploymentId) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1)
    SELECT EXISTS (SELECT 1 FROM made)
$query$),
('InsertMembershipKey', $query$
    WITH moved AS (
        UPDATE MembershipVersion SET Version = Version + 1
        WHERE DeploymentId = @DeploymentId AND Version = CAST(@Version AS integer)
          AND NOT EXISTS (
            SELECT 1 FROM Membership
            WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation)
        RETURNING 1),
    made AS (
        INSERT INTO Membership (DeploymentId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime)
        SELECT @DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM moved
        RETURNING 1)
    SELECT EXISTS (SELECT 1 FROM made)
$query$),
('UpdateMembershipKey', $query$
    WITH moved AS (
        UPDATE MembershipVersion SET Version = Version + 1
        WHERE DeploymentId = @DeploymentId AND Version = CAST(@Version AS integer)
        RETURNING 1),
    changed AS (
        UPDATE Membership SET Status = @Status, SuspectTimes = @SuspectTimes, IAmAliveTime = @IAmAliveTime
        FROM moved
        WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation
        RETURNING 1)
    SELECT EXISTS (SELECT 1 FROM changed)
$query$),
('UpdateIAmAlivetimeKey', $query$
    UPDATE Membership SET IAmAliveTime = @IAmAliveTime
    WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation
$query$),
('MembershipReadRowKey', $query$
    SELECT m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.SuspectTimes, m.StartTime, m.IAmAliveTime,
           COALESCE(v.Version, 0) AS Version
    FROM (SELECT CAST(@DeploymentId AS varchar) AS Id) d
    LEFT JOIN MembershipVersion v ON v.DeploymentId = d.Id
    LEFT JOIN Membership m ON m.DeploymentId = d.Id AND m.Address = @Address AND m.Port = @Port AND m.Generation = @Generation
$query$),
('MembershipReadAllKey', $query$
    SELECT m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.SuspectTimes, m.StartTime, m.IAmAliveTime,
           COALESCE(v.Version, 0) AS Version
    FROM (SELECT CAST(@DeploymentId AS varchar) AS Id) d
    LEFT JOIN MembershipVersion v ON v.DeploymentId = d.Id
    LEFT JOIN Membership m ON m.DeploymentId = d.Id
$query$),
('GatewaysQueryKey', $query$
    SELECT Address, ProxyPort, Generation FROM Membership WHERE DeploymentId = @DeploymentId AND Status = @Status AND ProxyPort > 0
$query$),
('DeleteMembershipTableEntriesKey', $query$
    WITH members AS (DELETE FROM Membership WHERE DeploymentId = @DeploymentId)
    DELETE FROM MembershipVersion WHERE DeploymentId = @DeploymentId
$query$),
('CleanupDefunctSiloEntriesKey', $query$
    DELETE FROM Membership WHERE DeploymentId = @DeploymentId AND IAmAliveTime < @IAmAliveTime AND Status <> 3
$query$)
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = EXCLUDED.QueryText;
