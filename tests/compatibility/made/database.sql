BEGIN TRANSACTION;
CREATE TABLE account_invitation (
	id CHAR(32) NOT NULL, 
	token_sha256 BLOB NOT NULL, 
	email TEXT, 
	name TEXT, 
	role TEXT NOT NULL, 
	trials JSON NOT NULL, 
	rights JSON NOT NULL, 
	is_first BOOLEAN NOT NULL, 
	invited_by CHAR(32), 
	created_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	used_at DATETIME, 
	cancelled_at DATETIME, 
	CONSTRAINT pk_account_invitation PRIMARY KEY (id), 
	CONSTRAINT uq_account_invitation_token_sha256 UNIQUE (token_sha256)
);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0007_work_list');
CREATE TABLE answer (
	lead_id CHAR(32) NOT NULL, 
	question_id TEXT NOT NULL, 
	answered_on DATE NOT NULL, 
	kind TEXT NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_answer PRIMARY KEY (lead_id, question_id), 
	CONSTRAINT fk_answer_lead_id FOREIGN KEY(lead_id) REFERENCES lead (id)
);
INSERT INTO "answer" VALUES('01a2272d2690796c9862f38d0e572f32','leg_pain','2026-11-29','boolean','true');
INSERT INTO "answer" VALUES('01a2272d2690796c9862f38d0e572f32','numb','2026-11-29','boolean','false');
INSERT INTO "answer" VALUES('01a2272d2690796c9862f38d0e572f32','age','2026-11-29','number','44');
INSERT INTO "answer" VALUES('01a2272d2690796c9862f38d0e572f32','sex','2026-11-29','option','female');
INSERT INTO "answer" VALUES('01a2272d2690796c9862f38d0e572f32','pregnancy','2026-11-29','options','["none"]');
INSERT INTO "answer" VALUES('01a2272d2690796c9862f38d0e572f32','pain_duration','2026-11-29','number','63');
INSERT INTO "answer" VALUES('01a2272d2690796c9862f38d0e572f32','height_cm','2026-11-29','number','4318/25');
INSERT INTO "answer" VALUES('01a2272d2690796c9862f38d0e572f32','weight_kg','2026-11-29','number','16374684557/200000000');
INSERT INTO "answer" VALUES('01a2272d2690796c9862f38d0e572f32','treatments','2026-11-29','options','["injection", "physio"]');
INSERT INTO "answer" VALUES('01a2272d2690796c9862f38d0e572f32','fever','2026-11-29','declined','do_not_know');
CREATE TABLE audit_event (
	sequence INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	actor_kind TEXT NOT NULL, 
	actor_id TEXT, 
	action TEXT NOT NULL, 
	subject_kind TEXT NOT NULL, 
	subject_id TEXT NOT NULL, 
	details JSON NOT NULL, 
	CONSTRAINT pk_audit_event PRIMARY KEY (sequence)
);
INSERT INTO "audit_event" VALUES(1,'2026-11-29 12:00:00.144001','participant','01a2272d-2690-796c-9862-f38d0e572f32','lead_submitted','lead','01a2272d-2690-796c-9862-f38d0e572f32','{"consents": ["share", "share", "future", "email", "phone"], "referrals": ["01a2272d-2690-7b02-b6f4-76a79f91421a", "01a2272d-2690-74f2-b2a4-25f46f94a609"]}');
INSERT INTO "audit_event" VALUES(2,'2026-11-29 12:00:00.000000','operator',NULL,'recruiter_added','recruiter','01a2272d-2600-74d4-96d1-7190e847d0c5','{}');
INSERT INTO "audit_event" VALUES(3,'2026-11-29 12:00:00.190082','recruiter','01a2272d-2600-74d4-96d1-7190e847d0c5','signed_in','recruiter','01a2272d-2600-74d4-96d1-7190e847d0c5','{}');
INSERT INTO "audit_event" VALUES(4,'2026-11-29 12:00:00.200532','recruiter','01a2272d-2600-74d4-96d1-7190e847d0c5','worklist_viewed','recruiter','01a2272d-2600-74d4-96d1-7190e847d0c5','{"referrals": ["01a2272d-2690-7b02-b6f4-76a79f91421a", "01a2272d-2690-74f2-b2a4-25f46f94a609"]}');
INSERT INTO "audit_event" VALUES(5,'2026-11-29 12:00:00.247037','recruiter','01a2272d-2600-74d4-96d1-7190e847d0c5','referral_viewed','referral','01a2272d-2690-74f2-b2a4-25f46f94a609','{"same_email": ["01a2272d-2690-7b02-b6f4-76a79f91421a"]}');
INSERT INTO "audit_event" VALUES(6,'2026-11-29 12:00:00.321586','recruiter','01a2272d-2600-74d4-96d1-7190e847d0c5','referral_viewed','referral','01a2272d-2690-74f2-b2a4-25f46f94a609','{"same_email": ["01a2272d-2690-7b02-b6f4-76a79f91421a"]}');
INSERT INTO "audit_event" VALUES(7,'2026-11-29 12:00:00.338012','recruiter','01a2272d-2600-74d4-96d1-7190e847d0c5','referral_viewed','referral','01a2272d-2690-7b02-b6f4-76a79f91421a','{"same_email": ["01a2272d-2690-74f2-b2a4-25f46f94a609"]}');
INSERT INTO "audit_event" VALUES(8,'2026-11-29 12:00:00.350091','recruiter','01a2272d-2600-74d4-96d1-7190e847d0c5','referral_viewed','referral','01a2272d-2690-7b02-b6f4-76a79f91421a','{"same_email": ["01a2272d-2690-74f2-b2a4-25f46f94a609"]}');
INSERT INTO "audit_event" VALUES(9,'2026-11-29 12:00:00.363609','recruiter','01a2272d-2600-74d4-96d1-7190e847d0c5','referral_viewed','referral','01a2272d-2690-74f2-b2a4-25f46f94a609','{"same_email": ["01a2272d-2690-7b02-b6f4-76a79f91421a"]}');
INSERT INTO "audit_event" VALUES(10,'2026-11-29 12:00:00.379925','recruiter','01a2272d-2600-74d4-96d1-7190e847d0c5','referral_viewed','referral','01a2272d-2690-74f2-b2a4-25f46f94a609','{"same_email": ["01a2272d-2690-7b02-b6f4-76a79f91421a"]}');
INSERT INTO "audit_event" VALUES(11,'2026-11-29 12:00:00.393307','recruiter','01a2272d-2600-74d4-96d1-7190e847d0c5','referral_moved','referral','01a2272d-2690-74f2-b2a4-25f46f94a609','{"from": "new", "to": "contacted", "version": 2}');
INSERT INTO "audit_event" VALUES(12,'2026-11-29 12:00:00.399739','recruiter','01a2272d-2600-74d4-96d1-7190e847d0c5','referral_viewed','referral','01a2272d-2690-74f2-b2a4-25f46f94a609','{"same_email": ["01a2272d-2690-7b02-b6f4-76a79f91421a"]}');
INSERT INTO "audit_event" VALUES(13,'2026-11-29 12:00:00.412540','recruiter','01a2272d-2600-74d4-96d1-7190e847d0c5','note_written','referral','01a2272d-2690-74f2-b2a4-25f46f94a609','{"note": "01a2272d-279c-7d08-b7e9-dea688d2f7e6"}');
INSERT INTO "audit_event" VALUES(14,'2026-11-29 12:00:00.417136','recruiter','01a2272d-2600-74d4-96d1-7190e847d0c5','referral_viewed','referral','01a2272d-2690-74f2-b2a4-25f46f94a609','{"same_email": ["01a2272d-2690-7b02-b6f4-76a79f91421a"]}');
INSERT INTO "audit_event" VALUES(15,'2026-11-29 12:00:00.429881','recruiter','01a2272d-2600-74d4-96d1-7190e847d0c5','referral_tagged','referral','01a2272d-2690-74f2-b2a4-25f46f94a609','{"added": 2, "removed": 0, "version": 3}');
INSERT INTO "audit_event" VALUES(16,'2026-11-29 12:00:00.435434','recruiter','01a2272d-2600-74d4-96d1-7190e847d0c5','referral_viewed','referral','01a2272d-2690-74f2-b2a4-25f46f94a609','{"same_email": ["01a2272d-2690-7b02-b6f4-76a79f91421a"]}');
INSERT INTO "audit_event" VALUES(17,'2026-11-29 12:00:00.447990','recruiter','01a2272d-2600-74d4-96d1-7190e847d0c5','call_logged','referral','01a2272d-2690-74f2-b2a4-25f46f94a609','{"call": "01a2272d-27bf-77d1-abc8-7b727c6b252b"}');
INSERT INTO "audit_event" VALUES(18,'2026-11-29 12:00:00.453035','recruiter','01a2272d-2600-74d4-96d1-7190e847d0c5','worklist_viewed','recruiter','01a2272d-2600-74d4-96d1-7190e847d0c5','{"referrals": ["01a2272d-2690-7b02-b6f4-76a79f91421a", "01a2272d-2690-74f2-b2a4-25f46f94a609"]}');
INSERT INTO "audit_event" VALUES(19,'2026-11-29 12:00:00.000000','operator',NULL,'snapshot_taken','snapshot','snapshot','{"rows": 1, "left_out": 0}');
CREATE TABLE audit_link (
	place INTEGER NOT NULL, 
	sequence INTEGER NOT NULL, 
	sealed_at DATETIME NOT NULL, 
	digest BLOB NOT NULL, 
	CONSTRAINT pk_audit_link PRIMARY KEY (place), 
	CONSTRAINT fk_audit_link_sequence FOREIGN KEY(sequence) REFERENCES audit_event (sequence), 
	CONSTRAINT uq_audit_link_sequence UNIQUE (sequence)
);
INSERT INTO "audit_link" VALUES(1,1,'2026-11-29 12:00:00.000000',X'0DC6370BACD8574400D63B39B2EA28D0D3133BEB548ADF987E9DB1F559010376');
INSERT INTO "audit_link" VALUES(2,2,'2026-11-29 12:00:00.000000',X'94F19D9A10A923E862774463FF7EBDC974989165B87CB5C84743332798F99F56');
INSERT INTO "audit_link" VALUES(3,3,'2026-11-29 12:00:00.000000',X'37FBA50030B14ABAB2090C1D536F470E93A38ED2D601ABCBC2D9A3F0449B83A6');
INSERT INTO "audit_link" VALUES(4,4,'2026-11-29 12:00:00.000000',X'5A56B06EE9BBAAE19C1A9467DAC240FA43F7225AE2C5A9C00D0E6BEE5F3483FC');
INSERT INTO "audit_link" VALUES(5,5,'2026-11-29 12:00:00.000000',X'BED309029794D8A6A4EF7FC1C27D2D519FD7D6D610EDA4AFC52F52ED7E604316');
INSERT INTO "audit_link" VALUES(6,6,'2026-11-29 12:00:00.000000',X'34391D3F9CB6A01A4570A71919870E32857159D1CBE948F424069EB17B3FEBAE');
INSERT INTO "audit_link" VALUES(7,7,'2026-11-29 12:00:00.000000',X'9926FF04D34940AE674F757DD79532EE91C4B8B8BED28BF447C0E0B35F5E3F9B');
INSERT INTO "audit_link" VALUES(8,8,'2026-11-29 12:00:00.000000',X'E33D33D5233BADA14F52F3883A7A9ABDCFE9A25D3BC6E5ABFD139D468E257725');
INSERT INTO "audit_link" VALUES(9,9,'2026-11-29 12:00:00.000000',X'D5EFCA96910F1C96C1FD5C9132F04409900AB17079DE1ED6CBDEDCB6BADB4C3A');
INSERT INTO "audit_link" VALUES(10,10,'2026-11-29 12:00:00.000000',X'6D15428AC950F18F2DBB4A07E9A45CB1553ECD9AA6E100F96A7D5FADCE18E120');
INSERT INTO "audit_link" VALUES(11,11,'2026-11-29 12:00:00.000000',X'4C1B5F200D1944915772C167190DFE2EF370E3C61DE8326FDCF1C4A026F7A483');
INSERT INTO "audit_link" VALUES(12,12,'2026-11-29 12:00:00.000000',X'61F034C65E92609A3F57DDE7A6E4125E2B358BC2FDE941015BC372C40FA05D50');
INSERT INTO "audit_link" VALUES(13,13,'2026-11-29 12:00:00.000000',X'F35B96AF2769FF45F29D5CCF6E31CA97BF4572F11885488D079525C583E9C7BB');
INSERT INTO "audit_link" VALUES(14,14,'2026-11-29 12:00:00.000000',X'871749AA16C881B899B77B05522480D232C489C67FDCB32672F477AA68BF5B3C');
INSERT INTO "audit_link" VALUES(15,15,'2026-11-29 12:00:00.000000',X'47F8A3A4FAB6683A3757BCA0C46AAEE43BEEB33FD7F26D60586E3972954CDC21');
INSERT INTO "audit_link" VALUES(16,16,'2026-11-29 12:00:00.000000',X'B1871A218117D479271CA4A68D222FA772E2B5CF76A295D4C9A9BD725BE6E218');
INSERT INTO "audit_link" VALUES(17,17,'2026-11-29 12:00:00.000000',X'6EFE78FECB25A57E0D77CEAE7F37529526F0BFBADF9B04C934030E8EE930DCB2');
INSERT INTO "audit_link" VALUES(18,18,'2026-11-29 12:00:00.000000',X'ED79817B01E249C6C5799E36F09BE00674EC53BEC0F0287C9AB073F76790C2D7');
INSERT INTO "audit_link" VALUES(19,19,'2026-11-29 12:00:00.000000',X'D57AA5659FE5CDF886A82CEFF439163FDC2F8C4D962FA624286F031F074C591E');
CREATE TABLE consent (
	id CHAR(32) NOT NULL, 
	lead_id CHAR(32) NOT NULL, 
	purpose TEXT NOT NULL, 
	trial_id TEXT, 
	site_id TEXT, 
	version TEXT NOT NULL, 
	wording_sha256 TEXT NOT NULL, 
	language TEXT NOT NULL, 
	given_at DATETIME NOT NULL, 
	withdrawn_at DATETIME, given_by TEXT DEFAULT 'self' NOT NULL, 
	CONSTRAINT pk_consent PRIMARY KEY (id), 
	CONSTRAINT fk_consent_lead_id FOREIGN KEY(lead_id) REFERENCES lead (id), 
	CONSTRAINT fk_consent_wording_sha256 FOREIGN KEY(wording_sha256) REFERENCES consent_wording (sha256)
);
INSERT INTO "consent" VALUES('01a2272d269079eea8944589b27c53df','01a2272d2690796c9862f38d0e572f32','share','T1','leeds','2026-11','dab4e0085417565391e637b2c5fb7212ddadc7a20e415b03985784f05cc2383b','en','2026-11-29 12:00:00.144001',NULL,'self');
INSERT INTO "consent" VALUES('01a2272d269071f3b58b2e5d19160504','01a2272d2690796c9862f38d0e572f32','share','T2','york','2026-11','4e22471cb371d9ddbb5070e9b9f38329151af4952409c0cf849f8b2c5edd2a15','en','2026-11-29 12:00:00.144001',NULL,'self');
INSERT INTO "consent" VALUES('01a2272d2690738d86be94e7e295aa54','01a2272d2690796c9862f38d0e572f32','future',NULL,NULL,'2026-11','3179e94550c0b8bb754e7f2fca89dd7bee66605e3f80eac5bca56b203966af50','en','2026-11-29 12:00:00.144001',NULL,'self');
INSERT INTO "consent" VALUES('01a2272d269078d1b6558763e2c38eb6','01a2272d2690796c9862f38d0e572f32','email',NULL,NULL,'2026-11','213d4c5f008ecdaabe8786a4a3ab6e95c39656e942651ca24a7518def2d9aa6e','en','2026-11-29 12:00:00.144001',NULL,'self');
INSERT INTO "consent" VALUES('01a2272d2690798694df542baf639d13','01a2272d2690796c9862f38d0e572f32','phone',NULL,NULL,'2026-11','796d0d7aadd78a0893c182229fdc8ffbfa501a6e3e1d477c2a900a2129f0390a','en','2026-11-29 12:00:00.144001',NULL,'self');
CREATE TABLE consent_wording (
	sha256 TEXT NOT NULL, 
	wording TEXT NOT NULL, 
	CONSTRAINT pk_consent_wording PRIMARY KEY (sha256)
);
INSERT INTO "consent_wording" VALUES('213d4c5f008ecdaabe8786a4a3ab6e95c39656e942651ca24a7518def2d9aa6e','By mail.');
INSERT INTO "consent_wording" VALUES('3179e94550c0b8bb754e7f2fca89dd7bee66605e3f80eac5bca56b203966af50','You may tell me more.');
INSERT INTO "consent_wording" VALUES('4e22471cb371d9ddbb5070e9b9f38329151af4952409c0cf849f8b2c5edd2a15','You may share this.

Trial: Steps for back pain (T2)
Site: York Hospital');
INSERT INTO "consent_wording" VALUES('796d0d7aadd78a0893c182229fdc8ffbfa501a6e3e1d477c2a900a2129f0390a','By phone.');
INSERT INTO "consent_wording" VALUES('dab4e0085417565391e637b2c5fb7212ddadc7a20e415b03985784f05cc2383b','You may share this.

Trial: A pill for leg pain (T1)
Site: Leeds Hospital');
CREATE TABLE counter (
	day DATE NOT NULL, 
	kind TEXT NOT NULL, 
	name TEXT NOT NULL, 
	part TEXT NOT NULL, 
	count BIGINT NOT NULL, 
	CONSTRAINT pk_counter PRIMARY KEY (day, kind, name, part)
);
INSERT INTO "counter" VALUES('2026-11-01','answered','age','',1);
INSERT INTO "counter" VALUES('2026-11-01','answered','height_cm','',1);
INSERT INTO "counter" VALUES('2026-11-01','answered','leg_pain','',2);
INSERT INTO "counter" VALUES('2026-11-01','answered','numb','',2);
INSERT INTO "counter" VALUES('2026-11-01','answered','pain_duration','',1);
INSERT INTO "counter" VALUES('2026-11-01','answered','pregnancy','',1);
INSERT INTO "counter" VALUES('2026-11-01','answered','sex','',1);
INSERT INTO "counter" VALUES('2026-11-01','answered','treatments','',1);
INSERT INTO "counter" VALUES('2026-11-01','answered','weight_kg','',1);
INSERT INTO "counter" VALUES('2026-11-01','began','back-pain','direct',2);
INSERT INTO "counter" VALUES('2026-11-01','declined','fever','',1);
INSERT INTO "counter" VALUES('2026-11-01','opened_form','back-pain','direct',1);
INSERT INTO "counter" VALUES('2026-11-01','permits','T1','adult',1);
INSERT INTO "counter" VALUES('2026-11-01','permits','T1','leg-pain',1);
INSERT INTO "counter" VALUES('2026-11-01','permits','T1','pregnant',1);
INSERT INTO "counter" VALUES('2026-11-01','permits','T2','exactly-forty',1);
INSERT INTO "counter" VALUES('2026-11-01','permits','T2','grown-up',1);
INSERT INTO "counter" VALUES('2026-11-01','permits','T2','none-tried',1);
INSERT INTO "counter" VALUES('2026-11-01','permits','T2','pain-or-weight',1);
INSERT INTO "counter" VALUES('2026-11-01','permits','T2','tried',1);
INSERT INTO "counter" VALUES('2026-11-01','sent','T1','direct',1);
INSERT INTO "counter" VALUES('2026-11-01','sent','T2','direct',1);
INSERT INTO "counter" VALUES('2026-11-01','unknown','T2','ill',1);
CREATE TABLE criteria_evidence (
	fingerprint TEXT NOT NULL, 
	content TEXT NOT NULL, 
	CONSTRAINT pk_criteria_evidence PRIMARY KEY (fingerprint)
);
INSERT INTO "criteria_evidence" VALUES('2b0c1ea179d923b4d1bab6de664b5857b09a6ec40b253b690849d34475541566','{"engine":"1","questions":[{"":"Question","ask":{"":"Text","by_language":{"en":"How old are you?"}},"burden":"1","grows":"yearly","id":"age","options":[],"prevalence":{},"range":{"":"Range","max":"120","min":"0"},"sensitive":false,"type":"number","unit":"a","units":[]},{"":"Question","ask":{"":"Text","by_language":{"en":"Do you have leg pain?"}},"burden":"1","id":"leg_pain","options":[],"prevalence":{},"range":{"":"Range"},"read":"sciatica#signs","sensitive":false,"type":"boolean","units":[]},{"":"Question","ask":{"":"Text","by_language":{"en":"How long have you had this pain?"}},"ask_other":{"":"Text","by_language":{"en":"How long has the person had this pain?"}},"burden":"2","grows":"daily","half_life":30,"id":"pain_duration","options":[],"prevalence":{},"range":{"":"Range","max":"65745/2","min":"0"},"sensitive":false,"type":"number","unit":"d","units":["wk","mo"],"why":{"":"Text","by_language":{"en":"Some trials are only for pain that has lasted."}}},{"":"Question","ask":{"":"Text","by_language":{"en":"What is your sex?"}},"burden":"1","id":"sex","options":[{"":"Option","exclusive":false,"id":"female","label":{"":"Text","by_language":{"en":"Female"}}},{"":"Option","exclusive":false,"id":"male","label":{"":"Text","by_language":{"en":"Male"}}}],"prevalence":{},"range":{"":"Range"},"sensitive":false,"type":"choice","units":[]},{"":"Question","ask":{"":"Text","by_language":{"en":"Does any of these fit?"}},"ask_if":{"":"OptionTest","options":["female"],"question":"sex"},"burden":"1","id":"pregnancy","options":[{"":"Option","exclusive":false,"id":"pregnant","label":{"":"Text","by_language":{"en":"Pregnant"}}},{"":"Option","exclusive":false,"id":"feeding","label":{"":"Text","by_language":{"en":"Breast-feeding"}}},{"":"Option","exclusive":true,"id":"none","label":{"":"Text","by_language":{"en":"None of these"}}}],"prevalence":{},"range":{"":"Range"},"sensitive":false,"type":"choices","units":[]}],"trial":{"":"Trial","conditions":["back-pain"],"confirmed":"2026-11-01","criteria":[{"":"Criterion","id":"adult","kind":"inclusion","rule":{"":"NumberTest","max":"70","min":"18","question":"age"},"show":"full","text":{"":"Text","by_language":{"en":"You are 18 to 70 years old."}}},{"":"Criterion","id":"leg-pain","kind":"inclusion","rule":{"":"All","parts":[{"":"BooleanTest","expected":true,"question":"leg_pain"},{"":"NumberTest","min":"42","question":"pain_duration"}]},"show":"full","text":{"":"Text","by_language":{"en":"You have had leg pain for 6 weeks or more."}}},{"":"Criterion","checked":"records","id":"mri","kind":"inclusion","show":"full","text":{"":"Text","by_language":{"en":"A scan shows a slipped disc."}}},{"":"Criterion","id":"pregnant","kind":"exclusion","rule":{"":"ChoicesTest","any_of":["pregnant"],"question":"pregnancy"},"show":"full","text":{"":"Text","by_language":{"en":"You are pregnant."}}}],"id":"T1","practical":{"":"Practical"},"sites":[{"":"Site","id":"leeds","name":"Leeds Hospital"}],"source":{},"status":"RECRUITING","title":{"":"Text","by_language":{"en":"A pill for leg pain"}}}}');
INSERT INTO "criteria_evidence" VALUES('a2e74df8b0c70e9a1e41ccc2600cf4a33fd9d9f2317e56c9fdf8f10de2613e81','{"engine":"1","questions":[{"":"Question","ask":{"":"Text","by_language":{"en":"How old are you?"}},"burden":"1","grows":"yearly","id":"age","options":[],"prevalence":{},"range":{"":"Range","max":"120","min":"0"},"sensitive":false,"type":"number","unit":"a","units":[]},{"":"Question","ask":{"":"Text","by_language":{"en":"What have you tried?"}},"burden":"1","id":"treatments","options":[{"":"Option","exclusive":false,"id":"physio","label":{"":"Text","by_language":{"en":"Physiotherapy"}}},{"":"Option","exclusive":false,"id":"injection","label":{"":"Text","by_language":{"en":"An injection"}}},{"":"Option","exclusive":false,"id":"surgery","label":{"":"Text","by_language":{"en":"Surgery"}}},{"":"Option","exclusive":true,"id":"none","label":{"":"Text","by_language":{"en":"None of these"}}}],"prevalence":{},"range":{"":"Range"},"sensitive":false,"type":"choices","units":[]},{"":"Question","ask":{"":"Text","by_language":{"en":"Do you have leg pain?"}},"burden":"1","id":"leg_pain","options":[],"prevalence":{},"range":{"":"Range"},"read":"sciatica#signs","sensitive":false,"type":"boolean","units":[]},{"":"Question","ask":{"":"Text","by_language":{"en":"How tall are you?"}},"burden":"1","id":"height_cm","options":[],"prevalence":{},"range":{"":"Range","max":"250","min":"100"},"sensitive":false,"type":"number","unit":"cm","units":["[in_i]"]},{"":"Question","ask":{"":"Text","by_language":{"en":"What do you weigh?"}},"burden":"1","code":{"":"Code","code":"29463-7","system":"http://loinc.org"},"id":"weight_kg","options":[],"prevalence":{},"range":{"":"Range","max":"300","min":"30"},"sensitive":false,"type":"number","unit":"kg","units":["[lb_av]"]},{"":"Question","ask":{"":"Text","by_language":{"en":"Body mass index"}},"burden":"1","computed":"bmi","id":"bmi","options":[],"prevalence":{},"range":{"":"Range"},"sensitive":false,"type":"number","unit":"kg/m2","units":[]},{"":"Question","ask":{"":"Text","by_language":{"en":"Are you numb between the legs?"}},"burden":"1","id":"numb","options":[],"prevalence":{},"range":{"":"Range"},"sensitive":false,"type":"boolean","units":[]},{"":"Question","ask":{"":"Text","by_language":{"en":"Do you have a fever?"}},"burden":"1","id":"fever","options":[],"prevalence":{},"range":{"":"Range"},"sensitive":true,"type":"boolean","units":[]},{"":"Question","ask":{"":"Text","by_language":{"en":"What is your sex?"}},"burden":"1","id":"sex","options":[{"":"Option","exclusive":false,"id":"female","label":{"":"Text","by_language":{"en":"Female"}}},{"":"Option","exclusive":false,"id":"male","label":{"":"Text","by_language":{"en":"Male"}}}],"prevalence":{},"range":{"":"Range"},"sensitive":false,"type":"choice","units":[]}],"trial":{"":"Trial","conditions":["back-pain"],"confirmed":"2026-11-01","criteria":[{"":"Criterion","id":"grown-up","kind":"inclusion","rule":{"":"NumberTest","above":"17","below":"90","question":"age"},"show":"full","text":{"":"Text","by_language":{"en":"You are over 17 and under 90 years old."}}},{"":"Criterion","id":"tried","kind":"inclusion","rule":{"":"AtLeast","count":2,"parts":[{"":"ChoicesTest","any_of":["physio"],"question":"treatments"},{"":"ChoicesTest","any_of":["injection"],"question":"treatments"},{"":"ChoicesTest","any_of":["surgery"],"question":"treatments"}]},"show":"full","text":{"":"Text","by_language":{"en":"You have tried two of these treatments."}}},{"":"Criterion","id":"pain-or-weight","kind":"inclusion","public_text":{"":"Text","by_language":{"en":"Your pain or your weight."}},"rule":{"":"Any","parts":[{"":"BooleanTest","expected":true,"question":"leg_pain"},{"":"All","parts":[{"":"NumberTest","min":"25","question":"bmi"},{"":"Not","part":{"":"BooleanTest","expected":true,"question":"numb"}}]}]},"show":"direction","text":{"":"Text","by_language":{"en":"You have leg pain, or your body mass index is 25 or more."}}},{"":"Criterion","id":"ill","kind":"exclusion","rule":{"":"Any","parts":[{"":"BooleanTest","expected":true,"question":"fever"},{"":"ChoicesTest","all_of":["injection","physio","surgery"],"question":"treatments"}]},"show":"full","text":{"":"Text","by_language":{"en":"You have a fever, or had all of these treatments."}}},{"":"Criterion","id":"exactly-forty","kind":"exclusion","rule":{"":"All","parts":[{"":"OptionTest","options":["female"],"question":"sex"},{"":"NumberTest","equal":"40","question":"weight_kg"}]},"show":"full","text":{"":"Text","by_language":{"en":"You are a woman and weigh exactly 40 kilograms."}}},{"":"Criterion","id":"none-tried","kind":"exclusion","rule":{"":"ChoicesTest","none_of":["injection","physio","surgery"],"question":"treatments"},"show":"full","text":{"":"Text","by_language":{"en":"You tried none of these treatments."}}},{"":"Criterion","checked":"visit","id":"visit","kind":"exclusion","show":"full","text":{"":"Text","by_language":{"en":"The team finds a reason against it."}}}],"id":"T2","phase":"PHASE3","practical":{"":"Practical","duration":{"":"Text","by_language":{"en":"12 months"}},"pays_travel":true,"placebo":true,"visits":5},"sites":[{"":"Site","city":"York","country":"United Kingdom","id":"york","latitude":"1349/25","longitude":"-27/25","name":"York Hospital","reply_within":5,"state":"North Yorkshire","status":"RECRUITING"},{"":"Site","city":"Hull","country":"United Kingdom","id":"hull","name":"Hull Hospital"}],"source":{"registry":"ClinicalTrials.gov","version":"2024-12-16"},"sponsor":"A sponsor","status":"RECRUITING","summary":{"":"Text","by_language":{"en":"A trial of walking."}},"title":{"":"Text","by_language":{"en":"Steps for back pain"}}}}');
CREATE TABLE criterion_note (
	id INTEGER NOT NULL, 
	trial_id TEXT NOT NULL, 
	criterion_id TEXT NOT NULL, 
	fingerprint TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	text TEXT NOT NULL, 
	noted_on DATE NOT NULL, 
	CONSTRAINT pk_criterion_note PRIMARY KEY (id)
);
CREATE TABLE export_run (
	id CHAR(32) NOT NULL, 
	recruiter_id CHAR(32), 
	trial_id TEXT NOT NULL, 
	format TEXT NOT NULL, 
	columns JSON NOT NULL, 
	filter JSON NOT NULL, 
	with_identity BOOLEAN NOT NULL, 
	reason TEXT NOT NULL, 
	state TEXT NOT NULL, 
	started_at DATETIME NOT NULL, 
	noted_at DATETIME NOT NULL, 
	ended_at DATETIME, 
	rows BIGINT NOT NULL, 
	cursor CHAR(32), 
	digest TEXT, 
	CONSTRAINT pk_export_run PRIMARY KEY (id)
);
CREATE TABLE invitation (
	id CHAR(32) NOT NULL, 
	lead_id CHAR(32) NOT NULL, 
	trial_id TEXT NOT NULL, 
	fingerprint TEXT NOT NULL, 
	determination TEXT NOT NULL, 
	created_at DATETIME NOT NULL, 
	answered_at DATETIME, 
	accepted BOOLEAN, 
	CONSTRAINT pk_invitation PRIMARY KEY (id), 
	CONSTRAINT ck_invitation_answered_at_some_time CHECK ((answered_at IS NULL) = (accepted IS NULL)), 
	CONSTRAINT fk_invitation_lead_id FOREIGN KEY(lead_id) REFERENCES lead (id), 
	CONSTRAINT fk_invitation_fingerprint FOREIGN KEY(fingerprint) REFERENCES criteria_evidence (fingerprint), 
	CONSTRAINT uq_invitation_lead_id_trial_id UNIQUE (lead_id, trial_id)
);
CREATE TABLE lead (
	id CHAR(32) NOT NULL, 
	reference TEXT NOT NULL, 
	contact BLOB, 
	email_index BLOB, 
	language TEXT, 
	is_test BOOLEAN NOT NULL, 
	created_at DATETIME NOT NULL, 
	link_generation INTEGER NOT NULL, 
	deleted_at DATETIME, entered_by CHAR(32), 
	CONSTRAINT pk_lead PRIMARY KEY (id), 
	CONSTRAINT ck_lead_deleted_is_erased CHECK (deleted_at IS NULL OR contact IS NULL), 
	CONSTRAINT uq_lead_reference UNIQUE (reference)
);
INSERT INTO "lead" VALUES('01a2272d2690796c9862f38d0e572f32','LP-S5VZ-R0',X'026B31B95BC191D840403F10A1FF64B50B2522E3F3E4AF955464071E453E36E6214914EABE767BDC69C376667863D4A67579F3549CD634316EC9626130873371DBFE93FAD447E7FB4D204FBBD0926C41AD313DF3E18CEB7529D025F8756F33B40D2F5120B32439BB6E85D787C3F7F6B000DE1C9466E585D8BAB725437D7038349E3229375948FE1DB5A93E4E914405C1772441E5D4B013BE0AB4B40220BFAE63781A5021A34294564ED6E0F295806D4B01CCA44AC93F9AED4EA1C15DAD781FD8A1DC4FFE8D67',NULL,'en',1,'2026-11-29 12:00:00.144001',1,NULL,NULL);
CREATE TABLE log_entry (
	id CHAR(32) NOT NULL, 
	referral_id CHAR(32) NOT NULL, 
	kind TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	recruiter_id CHAR(32) NOT NULL, 
	outcome TEXT, 
	call_back_at DATETIME, 
	content BLOB, 
	replaces CHAR(32), 
	CONSTRAINT pk_log_entry PRIMARY KEY (id), 
	CONSTRAINT uq_log_entry_replaces UNIQUE (replaces), 
	CONSTRAINT ck_log_entry_known_kind CHECK (kind IN ('note', 'call')), 
	CONSTRAINT fk_log_entry_referral_id FOREIGN KEY(referral_id) REFERENCES referral (id)
);
INSERT INTO "log_entry" VALUES('01a2272d279c7d08b7e9dea688d2f7e6','01a2272d269074f2b2a425f46f94a609','note','2026-11-29 12:00:00.412540','01a2272d260074d496d17190e847d0c5',NULL,NULL,X'026B314DD966ACF7329291E3C93A15B7FA0E9CC1BFFEF26B99ED1F55B86FED67A97ACA8C34A7F20E3E4CA3',NULL);
INSERT INTO "log_entry" VALUES('01a2272d27bf77d1abc87b727c6b252b','01a2272d269074f2b2a425f46f94a609','call','2026-11-29 12:00:00.447990','01a2272d260074d496d17190e847d0c5','reached',NULL,NULL,NULL);
CREATE TABLE outbox (
	id CHAR(32) NOT NULL, 
	lead_id CHAR(32), 
	kind TEXT NOT NULL, 
	content BLOB, 
	message_id TEXT NOT NULL, 
	state TEXT NOT NULL, 
	is_test BOOLEAN NOT NULL, 
	attempts INTEGER NOT NULL, 
	due_at DATETIME NOT NULL, 
	created_at DATETIME NOT NULL, 
	sent_at DATETIME, 
	CONSTRAINT pk_outbox PRIMARY KEY (id), 
	CONSTRAINT ck_outbox_known_state CHECK (state IN ('pending', 'sent', 'cancelled', 'failed')), 
	CONSTRAINT fk_outbox_lead_id FOREIGN KEY(lead_id) REFERENCES lead (id), 
	CONSTRAINT uq_outbox_message_id UNIQUE (message_id)
);
INSERT INTO "outbox" VALUES('01a2272d26907baca29260973f4a0ec7','01a2272d2690796c9862f38d0e572f32','confirm',X'026B31A43D20244C8DAD84C61B761678B1469245369541956F3340B24D20AB516F498525C5D95910696F0F45AD1CEFA052D3976DE3C40C9A3E137CD34FEC673BAAF884A09251D80629348F8CF0CD7C704719E85096185522D29FEE32967DBD455EC788231CBFD9BF0DC85A646ECA71B154F790CF99EE1679021DAA2CC977BD90660187F48BB3CA101DF0743A303F0BDE206A20A244026C754A4202E56A6DA84EAC964B752ECA454E3E8B54370F7FFC4D8A93AC916676707B662DA6EEE685FC1ED26F7DD9484F71F45E977003683B9A7103D536E604F94E5A6C939DC4BCD24A9AED104DDA737CBCA3FA095707F20CCBD9411AE91BA695C887E8E89EAB1AF7F3EA7FE8762B189BEFAC62EB22F75DE90284697F3D2872854F29CD4504F8E20EA83943CBEB27543F6B17F78713735788DA9222F6594EB27DF9F528A40A8D598FF22AE3B85ED3C871C27B1144F65F53B2335B9068B430B4FC89CC82D6F513B846985DB1EF91CF1CC35B597126C5567D57E986EFB6EE2F7F2A6E655BB0E326355CD7D0276C1A0362F7B332E702DE349F9D2E8BC604107212F47969C3A18EAB09191082E0D9CC9D4BB838D6C99056C2B0DE569D3CBEAD5115A28217A32505AC3F328B3E54321D0B9E1E7AF58EFF480CDEA4B1060A49D8D1DEC5B6C4ADE18CA941493CABB7D161C65B9307A04FF73BC4E8C3BBCACBE361A27AC0C695632D4B846CFECA742D0345654A68E41BEFCDDDC95DD80464B7D1FE416DFBED7DFCE83A457052191D0622B7B941D58653A6F319A5C5DA8B1E76E31B36EFA11B8E41816A26DB71DDEEA3E450AEB4C6AB773849C210000D76884D1BD4CBBBC6354C24E55183E768D4F90797B4809DC42A0501967E2CDBA85D4B03F3E6CBA49AD3E0181E28D1476067EB6467D2335CD14FC1117F22D3330FF248D422F34958B52EE7B5C26F8533A60004A789EBC85A99AE4B4E123E2D68D898B2BF7DE660713E1DE48A00BE0CE74653A42D1F3EED2B1080C699F97EA2AD63DD9A834F447B2DD82699EAAE0205E451E7E0506C88029AB8D534B71A434508D356627917D6084CA11DB5E57178BFB3BB910A75C806C62C8D1C5FE0112BFB02C5926F95719EA03769A51E2918CD996D563D2F95D313A48CDB96453E919B88E1874CD4DBB64957C4CA5FBDE9CEF14FD7','<01a2272d-2690-7bac-a292-60973f4a0ec7@prescreen.invalid>','pending',1,0,'2026-11-29 12:00:00.144001','2026-11-29 12:00:00.144001',NULL);
CREATE TABLE packed_answers (
	place INTEGER NOT NULL, 
	lead_id CHAR(32) NOT NULL, 
	content BLOB NOT NULL, 
	CONSTRAINT pk_packed_answers PRIMARY KEY (place), 
	CONSTRAINT fk_packed_answers_lead_id FOREIGN KEY(lead_id) REFERENCES lead (id), 
	CONSTRAINT uq_packed_answers_lead_id UNIQUE (lead_id)
);
INSERT INTO "packed_answers" VALUES(1,'01a2272d2690796c9862f38d0e572f32',X'3B6C25CD4458EDF4010000000000000001000000000000006526DB3519AD14ACE17F000000000000000001000000000000006526CAEFBE3C444B9F1D2C000000000000000100000000000000652607535621407498EA000000000000000001000000000000006526BD46B62EAF65DA12040000000000000001000000000000006526A5AE115850A9C7023F000000000000000100000000000000652694659423B4D142C3DE1000000000000019000000000000006526700C07EBF68C68828DDB01D00300000000C2EB0B0000000065263E76341E7A2B05DA030000000000000001000000000000006526');
CREATE TABLE recovery_code (
	recruiter_id CHAR(32) NOT NULL, 
	code_hash BLOB NOT NULL, 
	used_at DATETIME, 
	CONSTRAINT pk_recovery_code PRIMARY KEY (recruiter_id, code_hash), 
	CONSTRAINT fk_recovery_code_recruiter_id FOREIGN KEY(recruiter_id) REFERENCES recruiter (id)
);
CREATE TABLE recruiter (
	id CHAR(32) NOT NULL, 
	email TEXT NOT NULL, 
	name TEXT NOT NULL, 
	password_hash TEXT NOT NULL, 
	created_at DATETIME NOT NULL, 
	disabled_at DATETIME, role TEXT DEFAULT 'recruiter' NOT NULL, totp_secret BLOB, totp_since DATETIME, totp_step BIGINT, news TEXT DEFAULT 'at_once' NOT NULL, news_told_at DATETIME, 
	CONSTRAINT pk_recruiter PRIMARY KEY (id), 
	CONSTRAINT uq_recruiter_email UNIQUE (email)
);
INSERT INTO "recruiter" VALUES('01a2272d260074d496d17190e847d0c5','rec@example.org','Rec','$argon2id$v=19$m=64,t=1,p=1$4PZ6//q/k0ld3Vhtj3LOaw$gnNzVTrlk5iiT498IPca0eoFR/g9iWgH61NkuwFvcy4','2026-11-29 12:00:00.000000',NULL,'administrator',NULL,NULL,NULL,'at_once',NULL);
CREATE TABLE recruiter_right (
	recruiter_id CHAR(32) NOT NULL, 
	"right" TEXT NOT NULL, 
	CONSTRAINT pk_recruiter_right PRIMARY KEY (recruiter_id, "right"), 
	CONSTRAINT fk_recruiter_right_recruiter_id FOREIGN KEY(recruiter_id) REFERENCES recruiter (id)
);
INSERT INTO "recruiter_right" VALUES('01a2272d260074d496d17190e847d0c5','export_ndjson');
INSERT INTO "recruiter_right" VALUES('01a2272d260074d496d17190e847d0c5','export_redcap');
INSERT INTO "recruiter_right" VALUES('01a2272d260074d496d17190e847d0c5','export_identity');
INSERT INTO "recruiter_right" VALUES('01a2272d260074d496d17190e847d0c5','export_xlsx');
INSERT INTO "recruiter_right" VALUES('01a2272d260074d496d17190e847d0c5','export_csv');
CREATE TABLE "recruiter_session" (
	token_sha256 BLOB NOT NULL, 
	recruiter_id CHAR(32) NOT NULL, 
	created_at DATETIME NOT NULL, 
	last_seen_at DATETIME NOT NULL, 
	ended_at DATETIME, 
	id CHAR(32) NOT NULL, 
	device TEXT NOT NULL, 
	is_complete BOOLEAN NOT NULL, 
	CONSTRAINT pk_recruiter_session PRIMARY KEY (token_sha256), 
	CONSTRAINT fk_recruiter_session_recruiter_id FOREIGN KEY(recruiter_id) REFERENCES recruiter (id), 
	CONSTRAINT uq_recruiter_session_id UNIQUE (id)
);
INSERT INTO "recruiter_session" VALUES(X'C2322F205DF704931207E1D15CD6E1B522A7EAA30A4940AD6A1F8811D4E19715','01a2272d260074d496d17190e847d0c5','2026-11-29 12:00:00.190082','2026-11-29 12:00:00.190082',NULL,'01a2272d26be74b687c8f29cc8a892ae','Firefox on Windows',1);
CREATE TABLE recruiter_trial (
	recruiter_id CHAR(32) NOT NULL, 
	trial_id TEXT NOT NULL, 
	site_id TEXT NOT NULL, 
	CONSTRAINT pk_recruiter_trial PRIMARY KEY (recruiter_id, trial_id, site_id), 
	CONSTRAINT fk_recruiter_trial_recruiter_id FOREIGN KEY(recruiter_id) REFERENCES recruiter (id)
);
INSERT INTO "recruiter_trial" VALUES('01a2272d260074d496d17190e847d0c5','T1','*');
INSERT INTO "recruiter_trial" VALUES('01a2272d260074d496d17190e847d0c5','T2','*');
CREATE TABLE "referral" (
	id CHAR(32) NOT NULL, 
	lead_id CHAR(32) NOT NULL, 
	trial_id TEXT NOT NULL, 
	site_id TEXT NOT NULL, 
	site_name TEXT NOT NULL, 
	state TEXT NOT NULL, 
	determination TEXT, 
	findings JSON, 
	still_to_check JSON, 
	question_ids JSON, 
	fingerprint TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	withdrawn_at DATETIME, 
	state_changed_at DATETIME, 
	contacted_at DATETIME, 
	due_at DATETIME, 
	offered_from DATETIME, 
	reason TEXT, 
	taken_over_by CHAR(32), 
	assigned_to CHAR(32), 
	interpreter BOOLEAN, 
	miles INTEGER, 
	CONSTRAINT pk_referral PRIMARY KEY (id), 
	CONSTRAINT uq_referral_lead_id_trial_id_site_id UNIQUE (lead_id, trial_id, site_id), 
	CONSTRAINT fk_referral_lead_id FOREIGN KEY(lead_id) REFERENCES lead (id), 
	CONSTRAINT fk_referral_fingerprint FOREIGN KEY(fingerprint) REFERENCES criteria_evidence (fingerprint), 
	CONSTRAINT fk_referral_assigned_to FOREIGN KEY(assigned_to) REFERENCES recruiter (id)
);
INSERT INTO "referral" VALUES('01a2272d26907b02b6f476a79f91421a','01a2272d2690796c9862f38d0e572f32','T1','leeds','Leeds Hospital','new','potentially_eligible','[{"criterion": "adult", "kind": "inclusion", "rule": "true", "permits": "true", "open_questions": []}, {"criterion": "leg-pain", "kind": "inclusion", "rule": "true", "permits": "true", "open_questions": []}, {"criterion": "pregnant", "kind": "exclusion", "rule": "false", "permits": "true", "open_questions": []}]','["mri"]','["age", "leg_pain", "pain_duration", "sex", "pregnancy"]','2b0c1ea179d923b4d1bab6de664b5857b09a6ec40b253b690849d34475541566',1,'2026-11-29 12:00:00.144001',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "referral" VALUES('01a2272d269074f2b2a425f46f94a609','01a2272d2690796c9862f38d0e572f32','T2','york','York Hospital','contacted','undetermined','[{"criterion": "grown-up", "kind": "inclusion", "rule": "true", "permits": "true", "open_questions": []}, {"criterion": "tried", "kind": "inclusion", "rule": "true", "permits": "true", "open_questions": []}, {"criterion": "pain-or-weight", "kind": "inclusion", "rule": "true", "permits": "true", "open_questions": []}, {"criterion": "ill", "kind": "exclusion", "rule": "unknown", "permits": "unknown", "open_questions": []}, {"criterion": "exactly-forty", "kind": "exclusion", "rule": "false", "permits": "true", "open_questions": []}, {"criterion": "none-tried", "kind": "exclusion", "rule": "false", "permits": "true", "open_questions": []}]','["visit"]','["age", "treatments", "leg_pain", "height_cm", "weight_kg", "bmi", "numb", "fever", "sex"]','a2e74df8b0c70e9a1e41ccc2600cf4a33fd9d9f2317e56c9fdf8f10de2613e81',3,'2026-11-29 12:00:00.144001',NULL,'2026-11-29 12:00:00.393307','2026-11-29 12:00:00.393307','2026-12-04 12:00:00.144001',NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE referral_change (
	id CHAR(32) NOT NULL, 
	referral_id CHAR(32) NOT NULL, 
	at DATETIME NOT NULL, 
	recruiter_id CHAR(32), 
	from_state TEXT NOT NULL, 
	to_state TEXT NOT NULL, 
	reason TEXT, 
	undoes CHAR(32), 
	letter_id CHAR(32), 
	CONSTRAINT pk_referral_change PRIMARY KEY (id), 
	CONSTRAINT fk_referral_change_referral_id FOREIGN KEY(referral_id) REFERENCES referral (id)
);
INSERT INTO "referral_change" VALUES('01a2272d278972e88e203abcc4a37ceb','01a2272d269074f2b2a425f46f94a609','2026-11-29 12:00:00.393307','01a2272d260074d496d17190e847d0c5','new','contacted',NULL,NULL,NULL);
CREATE TABLE referral_tag (
	referral_id CHAR(32) NOT NULL, 
	tag TEXT NOT NULL, 
	CONSTRAINT pk_referral_tag PRIMARY KEY (referral_id, tag), 
	CONSTRAINT fk_referral_tag_referral_id FOREIGN KEY(referral_id) REFERENCES referral (id)
);
INSERT INTO "referral_tag" VALUES('01a2272d269074f2b2a425f46f94a609','mri');
INSERT INTO "referral_tag" VALUES('01a2272d269074f2b2a425f46f94a609','near');
CREATE TABLE referral_tick (
	id CHAR(32) NOT NULL, 
	referral_id CHAR(32) NOT NULL, 
	item TEXT NOT NULL, 
	ticked BOOLEAN NOT NULL, 
	at DATETIME NOT NULL, 
	recruiter_id CHAR(32) NOT NULL, 
	CONSTRAINT pk_referral_tick PRIMARY KEY (id), 
	CONSTRAINT fk_referral_tick_referral_id FOREIGN KEY(referral_id) REFERENCES referral (id)
);
CREATE TABLE reminder (
	id CHAR(32) NOT NULL, 
	referral_id CHAR(32) NOT NULL, 
	recruiter_id CHAR(32) NOT NULL, 
	due_at DATETIME NOT NULL, 
	content BLOB, 
	created_at DATETIME NOT NULL, 
	done_at DATETIME, 
	CONSTRAINT pk_reminder PRIMARY KEY (id), 
	CONSTRAINT fk_reminder_referral_id FOREIGN KEY(referral_id) REFERENCES referral (id), 
	CONSTRAINT fk_reminder_recruiter_id FOREIGN KEY(recruiter_id) REFERENCES recruiter (id)
);
CREATE TABLE search_token (
	token BLOB NOT NULL, 
	lead_id CHAR(32) NOT NULL, 
	CONSTRAINT pk_search_token PRIMARY KEY (token, lead_id), 
	CONSTRAINT fk_search_token_lead_id FOREIGN KEY(lead_id) REFERENCES lead (id)
);
INSERT INTO "search_token" VALUES(X'11259F0D63583FB3F7514E4D49E34CBF','01a2272d2690796c9862f38d0e572f32');
INSERT INTO "search_token" VALUES(X'667ED3F5F64792FD3EE5EF69A2339EA7','01a2272d2690796c9862f38d0e572f32');
INSERT INTO "search_token" VALUES(X'AD4AB02EB8779123CF67B8D1C228558D','01a2272d2690796c9862f38d0e572f32');
CREATE TABLE sign_in_attempt (
	id CHAR(32) NOT NULL, 
	account_key BLOB NOT NULL, 
	address_key BLOB NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_sign_in_attempt PRIMARY KEY (id)
);
CREATE TABLE submission (
	id TEXT NOT NULL, 
	content_digest TEXT NOT NULL, 
	lead_id CHAR(32) NOT NULL, 
	reference TEXT NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_submission PRIMARY KEY (id)
);
INSERT INTO "submission" VALUES('6kWj3BGYtrsrr1C5xOdmwIKwJiWucfSC','8dbf26888299472dcf3783c173c31cb9b41125f679a98326d82c65db6f46de8d','01a2272d2690796c9862f38d0e572f32','LP-S5VZ-R0','2026-11-29 12:00:00.144001');
CREATE INDEX ix_lead_email_index ON lead (email_index);
CREATE INDEX ix_consent_lead_id ON consent (lead_id);
CREATE INDEX ix_sign_in_attempt_account_key_at ON sign_in_attempt (account_key, at);
CREATE INDEX ix_sign_in_attempt_address_key_at ON sign_in_attempt (address_key, at);
CREATE INDEX ix_sign_in_attempt_at ON sign_in_attempt (at);
CREATE INDEX ix_audit_event_subject_kind_subject_id ON audit_event (subject_kind, subject_id);
CREATE TRIGGER audit_event_refuses_update BEFORE update ON audit_event BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_event_refuses_delete BEFORE delete ON audit_event BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE INDEX ix_invitation_trial_id_id ON invitation (trial_id, id);
CREATE INDEX ix_criterion_note_trial_id_id ON criterion_note (trial_id, id);
CREATE INDEX ix_outbox_lead_id ON outbox (lead_id);
CREATE INDEX ix_outbox_state_due_at ON outbox (state, due_at);
CREATE INDEX ix_recruiter_session_recruiter_id ON recruiter_session (recruiter_id);
CREATE INDEX ix_referral_trial_id_state_offered_from ON referral (trial_id, state, offered_from);
CREATE INDEX ix_referral_change_referral_id ON referral_change (referral_id);
CREATE INDEX ix_referral_tick_referral_id ON referral_tick (referral_id);
CREATE INDEX ix_log_entry_referral_id ON log_entry (referral_id);
CREATE INDEX ix_reminder_referral_id ON reminder (referral_id);
CREATE INDEX ix_referral_tag_tag_referral_id ON referral_tag (tag, referral_id);
CREATE INDEX ix_reminder_recruiter_id_due_at ON reminder (recruiter_id, due_at);
CREATE INDEX ix_export_run_recruiter_id ON export_run (recruiter_id);
CREATE TRIGGER audit_link_refuses_update BEFORE update ON audit_link BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_link_refuses_delete BEFORE delete ON audit_link BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE INDEX ix_audit_event_actor_id_sequence ON audit_event (actor_id, sequence);
CREATE INDEX ix_audit_event_action_sequence ON audit_event (action, sequence);
CREATE INDEX ix_audit_event_at ON audit_event (at);
CREATE INDEX ix_referral_trial ON referral (trial_id, id, site_id, state, determination, miles, due_at, assigned_to);
CREATE INDEX ix_referral_site ON referral (trial_id, site_id, id, state, determination, miles, due_at, assigned_to);
CREATE INDEX ix_referral_state ON referral (trial_id, state, id, site_id, determination, miles, due_at, assigned_to);
CREATE INDEX ix_referral_due ON referral (trial_id, state, due_at, id, site_id, determination, miles, assigned_to);
CREATE INDEX ix_referral_near ON referral (trial_id, miles, id, site_id, state, determination, due_at, assigned_to);
CREATE INDEX ix_referral_keeper ON referral (trial_id, assigned_to, id, site_id, state, determination, miles, due_at);
CREATE INDEX ix_search_token_lead_id ON search_token (lead_id);
COMMIT;
